#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "resolver/strategy/judge.hpp"

namespace tributary::resolver {

class Guarded;

/// A judged reply and where it came from.
struct Candidate {
  Judgement judgement;
  Guarded* upstream = nullptr;
  std::string_view operator_name;  ///< Empty: a voice of its own. Belongs to the group.
};

/// Decides which of the replies to one query wins, and when: the ladder of docs/decision-core.md.
///
/// Pure: the caller supplies the time and what is still to come. A reply is offered as it arrives; `decide`
/// then tells whether one has won.
class Acceptance {
 public:
  /// How long a negative reply waits for a better one while others may still answer: short where the sources
  /// are interchangeable, long where they are not and one may know a name that another denies.
  static constexpr Duration hold_uniform = std::chrono::milliseconds(50);
  static constexpr Duration hold_distinct = std::chrono::milliseconds(400);

  explicit Acceptance(bool uniform) : uniform_(uniform) {}

  /// What is still to come for this query.
  struct Outlook {
    std::size_t pending = 0;  ///< Attempts in flight.
    bool unasked = false;     ///< More upstreams may be asked.
  };

  /// Requires: the judgement has an answer unless it is truncated or useless.
  void offer(Candidate candidate, Instant now);
  /// An attempt has ended without a reply.
  void attempt_failed() { wants_another_ = true; }

  /// The winner, if there is one at `now`.
  const Candidate* decide(const Outlook& outlook, Instant now) const;
  /// The best of what has come, for when time is up: null if only errors came.
  const Candidate* best() const { return held_ ? &*held_ : nullptr; }
  /// When `decide` may change its mind without another reply.
  std::optional<Instant> held_until() const;
  /// True if what has come since the last `another_asked` makes asking another upstream worth while at once.
  bool wants_another() const { return wants_another_; }
  void another_asked() { wants_another_ = false; }
  /// The first truncated or useless reply that came, to tell the client why: null if none.
  const Candidate* first_error() const { return error_ ? &*error_ : nullptr; }

 private:
  bool better_than_held(const Candidate& candidate) const;
  bool seconds_held(const Candidate& candidate) const;

  bool uniform_;
  bool agreed_ = false;  // a second operator said the same as `held_`
  bool wants_another_ = false;
  std::optional<Candidate> held_;
  std::optional<Candidate> error_;
  Instant held_since_{};
};

}  // namespace tributary::resolver
