#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/random.hpp"
#include "base/time.hpp"
#include "resolver/upstream/failure_axis.hpp"
#include "resolver/upstream/sent_exchange.hpp"

namespace tributary::resolver {

/// Decides whether an upstream is asked at all.
///
/// A pure state machine: no timers, no I/O, no lock; the caller supplies the time.
///
/// - closed: asked as usual. Opens when it fails too often (FailureAxis) either to answer or to answer as
/// well as
///   its siblings do. From its first failure on it is suspected: probes every 200 ms find out quickly, also
///   when clients have been led away from it by then. One reply ends the suspicion.
/// - open: not asked. After a back-off of 1 s · 2ⁿ ± 25 %, at most 60 s, a probe is due; a good one
///   half-opens.
/// - half-open: only probes, a second apart. Three good ones in a row close it, a bad one opens it again,
///   for longer.
///
/// When every upstream of a group is open, client queries are sent all the same: their answers count as good
/// probes (one a second), their failures do not count as bad ones.
///
/// Of random loss: say a datagram or its reply is lost with p = 3 %. To open, a first exchange must fail and
/// then nothing be answered for 800 ms, in which probes leave at 0, 200, 400 and 600 ms; all five are lost
/// with p⁵ = 2.4 · 10⁻⁸ for each query at the lowest rates, and the UDP transport asks the first three a
/// second time, which leaves p⁸ < 10⁻¹². At higher rates many more replies would have to be lost in a row.
/// Ten lost of twenty: below 2 · 10⁻¹⁰.
class CircuitBreaker {
 public:
  enum class State : std::uint8_t { closed, open, half_open };
  using Origin = resolver::Origin;

  static constexpr unsigned successes_to_close = 3;
  static constexpr Duration first_backoff = std::chrono::seconds(1);
  static constexpr Duration longest_backoff = std::chrono::seconds(60);
  static constexpr Duration probe_interval = std::chrono::seconds(1);
  static constexpr Duration suspicion_interval = std::chrono::milliseconds(200);

  struct Transition {
    State to;
    std::string reason;  ///< With the figures that it was decided by.
  };

  /// A moment in an exchange's life, as its failure is judged.
  struct Moment {
    Instant now;
    Duration patience;  ///< How long a reply may take at present.
    Random& random;
  };

  // ---- What has happened; the result is a change of state, if that caused one.

  /// An exchange was answered, `well` if it brought data or a denial: errors show no more than that it lives.
  std::optional<Transition> answered(Instant sent, bool well, Instant now);
  /// An exchange has not been answered in time. It goes on.
  std::optional<Transition> overdue(const SentExchange& exchange, const std::string& reason, Moment moment);
  /// An exchange has ended without an acceptable reply. (To a probe, an error is not acceptable.)
  std::optional<Transition> failed(const SentExchange& exchange, const std::string& reason, Moment moment);
  /// It replied with an error to what a sibling answered well.
  std::optional<Transition> outdone(DomainTag domain, const std::string& reason, Moment moment);
  /// The upstream wants to be left alone for `pause` (HTTP 429 or 503 with Retry-After). Replies that were on
  /// their way do not end it.
  std::optional<Transition> pause(Instant now, Duration pause, const std::string& reason);
  /// What was counted means nothing any more, because our own link was at fault or has changed: an upstream
  /// that is not closed is probed at once, unless it wanted a pause.
  void forgive(Instant now);

  State state() const { return state_; }
  /// When the next probe may be sent; nothing while closed and not suspected.
  std::optional<Instant> probe_due() const;
  /// The caller sends a probe now: none other is due before its result, or `timeout`. (A suspected upstream
  /// gets the next one whatever becomes of it.)
  void probe_sent(Instant now, Duration timeout);
  /// Zero if it never failed.
  Instant last_failure() const { return last_failure_; }

 private:
  std::optional<Transition> judge(const FailureAxis& axis, const std::string& reason, Moment moment);
  std::optional<Transition> open(Instant now, Instant until, const std::string& reason);
  std::optional<Transition> good_probe(Instant now);
  std::optional<Transition> bad_probe(const SentExchange& probe, const std::string& reason, Moment moment);
  void count_in_row(const SentExchange& exchange, Instant now);

  State state_ = State::closed;
  FailureAxis answering_;   // while closed: does it answer,
  FailureAxis answers_;     // and are its answers as good as those of its siblings
  bool suspected_ = false;  // while closed
  unsigned successes_ = 0;  // in a row, since it opened
  unsigned openings_ = 0;   // since it was last closed
  Instant counts_from_{};   // failures of what was sent before mean nothing any more
  Instant next_probe_{};
  Instant paused_until_{};  // no probe, and nothing counts as one, before
  Instant last_success_{};  // that counted
  Instant last_failure_{};
  Instant last_answered_{};  // when the latest query that was answered had been sent
};

const char* to_text(CircuitBreaker::State state);

}  // namespace tributary::resolver
