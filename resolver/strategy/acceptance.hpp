#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/frame_pool.hpp"
#include "base/time.hpp"
#include "resolver/strategy/agreement.hpp"
#include "resolver/strategy/judge.hpp"

namespace tributary::resolver {

class Guarded;

/// A judged reply and where it came from.
struct Candidate {
  Judgement judgement;
  Guarded* upstream = nullptr;
  std::string_view operator_name;  ///< Empty: a voice of its own. Belongs to the group.
  Instant came_at{};
};

/// Decides which of the replies to one query wins, and when: the ladder of docs/decision-core.md.
///
/// Pure: the caller supplies the time and what is still to come. A reply is offered as it arrives; `decide`
/// then tells whether one has won, from all that has come, whatever the order of what came before.
class Acceptance {
 public:
  /// How long a negative reply waits for a better one while others may still answer: short where the sources
  /// are interchangeable, long where they are not and one may know a name that another denies.
  static constexpr Duration hold_uniform = std::chrono::milliseconds(50);
  static constexpr Duration hold_distinct = std::chrono::milliseconds(400);

  struct Rules {
    bool uniform = true;     ///< The group's upstreams are interchangeable.
    std::size_t quorum = 0;  ///< Operators that must agree; 0: the best reply wins.
  };
  explicit Acceptance(Rules rules) : rules_(rules) {}

  /// What is still to come for this query.
  struct Outlook {
    std::size_t pending = 0;  ///< Attempts in flight.
    bool unasked = false;     ///< More upstreams may be asked.
  };

  /// Requires: the judgement has an answer unless it is truncated or useless.
  void offer(Candidate candidate, Instant now);
  /// Why a reply wins.
  enum class Ground : std::uint8_t {
    proven,        ///< It is secure: nothing better can come.
    complete,      ///< A good answer.
    seconded,      ///< Another operator says the same.
    last_to_come,  ///< Nothing else is awaited.
    hold_over,     ///< It was held long enough for a better one.
    quorum,        ///< Enough operators agree.
  };

  /// An attempt has ended without a reply.
  void attempt_failed() { wants_another_ = true; }

  /// The winner, if there is one at `now`. Valid until the next offer.
  const Candidate* decide(const Outlook& outlook, Instant now) const;
  /// Why `decide` chose `winner`; nothing if it would not: it was the best when time was up.
  std::optional<Ground> ground(const Candidate& winner, const Outlook& outlook, Instant now) const;
  /// What wins of what has come when time is up: null if only errors came, or no quorum agrees.
  const Candidate* best() const;
  /// When `decide` may change its mind without another reply.
  std::optional<Instant> held_until() const;
  /// True if what has come since the last `another_asked` makes asking another upstream worth while at once.
  bool wants_another() const { return wants_another_; }
  void another_asked() { wants_another_ = false; }
  /// It may win, if nothing better comes.
  bool acceptable(const Candidate& candidate) const;
  /// The first SERVFAIL that blames DNSSEC (RFC 8914): null if there is none. No reply that was not validated
  /// wins beside it; if none was, it is the outcome.
  const Candidate* bogus_claim() const;
  /// The first bogus reply that came, else the first truncated or useless one, to tell the client why: null
  /// if none.
  const Candidate* first_error() const;

  const Rules& rules() const { return rules_; }

  using Candidates = std::vector<Candidate, frame_pool::Allocator<Candidate>>;
  /// All that came, in that order.
  const Candidates& heard() const { return heard_; }

 private:
  bool asks_for_another(const Candidate& candidate) const;
  bool is_seconded(const Candidate& held) const;
  const Candidate* best_reply() const;
  const Candidate* quorum_winner() const;
  std::size_t voices_for(std::size_t index) const;

  Rules rules_;
  bool wants_another_ = false;
  Candidates heard_;
  std::vector<Statement> statements_;  // of what was heard, where a quorum is asked for
};

/// True if `judgement` is a SERVFAIL whose extended error says that validation failed (RFC 8914 §4.6 to
/// §4.13).
bool claims_bogus(const Judgement& judgement);

}  // namespace tributary::resolver
