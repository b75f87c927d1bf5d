#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/random.hpp"
#include "base/time.hpp"

namespace tributary::resolver {

/// Decides whether an upstream is asked at all.
///
/// A pure state machine: no timers, no I/O, no lock; the caller supplies the time.
///
/// - closed: asked as usual. Three failures in a row open it.
/// - open: not asked. After a back-off of 1 s · 2ⁿ ± 25 %, at most 60 s, a probe is due; a good one
///   half-opens.
/// - half-open: only probes, a second apart. Three good ones in a row close it, a bad one opens it again,
///   for longer.
///
/// When every upstream of a group is open, client queries are sent all the same: their answers count as good
/// probes (one a second), their failures do not count as bad ones.
class CircuitBreaker {
 public:
  enum class State : std::uint8_t { closed, open, half_open };
  enum class Origin : std::uint8_t { client, probe };

  static constexpr unsigned failures_to_open = 3;
  static constexpr unsigned successes_to_close = 3;
  static constexpr Duration first_backoff = std::chrono::seconds(1);
  static constexpr Duration longest_backoff = std::chrono::seconds(60);
  static constexpr Duration probe_interval = std::chrono::seconds(1);

  struct Transition {
    State to;
    std::string reason;
  };

  /// An exchange has ended; the result is a change of state, if it caused one.
  std::optional<Transition> succeeded(Instant now);
  std::optional<Transition> failed(Origin origin, Instant now, const std::string& reason, Random& random);
  /// The upstream asked to be left alone for `pause` (HTTP 429 or 503 with Retry-After). Replies that were on
  /// their way do not end it.
  std::optional<Transition> pause(Instant now, Duration pause, const std::string& reason);

  State state() const { return state_; }
  /// When the next probe may be sent; nothing while closed.
  std::optional<Instant> probe_due() const;
  /// The caller sends a probe now: none other is due before its result, or `timeout`.
  void probe_sent(Instant now, Duration timeout) { next_probe_ = now + timeout; }
  /// Zero if it never failed.
  Instant last_failure() const { return last_failure_; }

 private:
  std::optional<Transition> open(Instant until, const std::string& reason);

  State state_ = State::closed;
  unsigned failures_ = 0;   // in a row, while closed
  unsigned successes_ = 0;  // in a row, since it opened
  unsigned openings_ = 0;   // since it was last closed
  Instant next_probe_{};
  Instant paused_until_{};  // no probe, and nothing counts as one, before
  Instant last_success_{};  // that counted
  Instant last_failure_{};
};

const char* to_text(CircuitBreaker::State state);

}  // namespace tributary::resolver
