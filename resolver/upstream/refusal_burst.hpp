#pragma once

#include <array>
#include <optional>

#include "resolver/upstream/failure_window.hpp"

namespace tributary::resolver {

/// Tells a rate limit by its REFUSED replies: ten in a row within 10 s, for several registered domains, from
/// an upstream that has answered before. (One that never did is not meant for us: that is for its siblings to
/// show.) A pure value.
class RefusalBurst {
 public:
  static constexpr unsigned row_needed = 10;
  static constexpr Duration within = std::chrono::seconds(10);
  static constexpr Duration first_pause = std::chrono::seconds(5);
  static constexpr Duration longest_pause = std::chrono::minutes(5);

  /// It had an answer.
  void answered() {
    has_answered_ = true;
    row_ = {};
  }
  /// It replied another error than REFUSED.
  void other_error() { row_ = {}; }
  /// How long to leave it alone if this makes a burst: 5 s, doubled at each repetition, at most 5 min. What
  /// comes more than 5 min after the end of a pause repeats nothing.
  std::optional<Duration> refused(DomainTag domain, Instant now);

 private:
  struct Row {
    unsigned count = 0;
    std::array<Instant, row_needed> times{};  // a ring of the last ones
    DomainsSeen domains;
  };

  Duration next_pause(Instant now);

  bool has_answered_ = false;
  Row row_;
  unsigned repetitions_ = 0;
  Instant paused_until_{};
};

}  // namespace tributary::resolver
