#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "policy/config.hpp"
#include "resolver/dnssec/signature_time.hpp"

namespace tributary::dnssec {

/// What the wall clock is worth.
enum class ClockState : std::uint8_t {
  synced,  ///< The kernel vouches for it.
  rough,   ///< Nobody vouches for it, but nothing speaks against it.
  bad,     ///< It is wrong, or may well be: dates are not to be judged by it.
};

std::string_view to_text(ClockState state);

/// What the system's clocks show at one moment.
struct ClockReading {
  /// What the kernel says of its clock (adjtimex(2)).
  struct Kernel {
    bool synchronized = false;
    Duration max_error{};
    Duration offset{};  ///< What it still corrects, little by little.
  };

  Duration realtime{};           ///< Since 1970.
  Instant boottime{};            ///< At the same moment.
  std::optional<Kernel> kernel;  ///< Nothing if the kernel may not be asked.
};

/// The wall clock as validation goes by it. A value.
struct ClockView {
  ClockState state = ClockState::bad;
  bool dates_count = false;  ///< Whether dates of signatures do.
  /// Another one whenever what was judged by dates has to be judged anew: the clock was set, or dates have
  /// begun or ceased to count. What was validated in another epoch is not known to be right.
  std::uint32_t epoch = 0;
  Duration offset{};  ///< Of realtime against boottime.

  SignatureTime at(Instant now) const;
  /// Whether anything may be called secure (AD).
  bool may_be_secure() const { return state != ClockState::bad; }
  /// The longest TTL of an answer, in seconds: what is accepted by a bad clock is soon asked for again.
  std::uint32_t most_ttl() const { return state == ClockState::bad ? 60 : UINT32_MAX; }

  friend bool operator==(const ClockView&, const ClockView&) = default;
};

/// Judges the wall clock by what it shows, once a second.
///
/// - `synced`: the kernel calls it synchronized and bounds its error by a second, and it is not earlier than
///   the program itself.
/// - `bad`: the kernel does not, and it is earlier than the build; or ten years and more later; or earlier
///   than it was once known to be (the stamp); or an hour and more off from what it would show had nobody set
///   it since it was synchronized.
/// - `rough`: otherwise.
///
/// The clock was set when it has moved by more than two seconds against boottime, which nobody can set and
/// which goes on while the host sleeps. A clock that NTP slews moves both.
///
/// A pure state machine: not thread-safe, the caller's clocks. With `ClockTrust::trusted` and `ignored` the
/// clock is never bad; with `ignored` dates never count.
class ClockGuard {
 public:
  static constexpr Duration most_error = std::chrono::seconds(1);
  /// Between two adjustments, 2048 s apart at most, the kernel's bound grows by 500 ppm to a little above a
  /// second. That is no reason to call the clock less than synchronized.
  static constexpr Duration most_error_when_synced = std::chrono::seconds(2);
  static constexpr Duration least_step = std::chrono::seconds(2);
  /// What every signature is granted: dates come out the same.
  static constexpr Duration most_offset = std::chrono::hours(1);
  /// A battery-backed clock may be so much slower than the synchronized one was.
  static constexpr Duration stamp_tolerance = std::chrono::minutes(1);
  static constexpr Duration longest_use = std::chrono::hours(24) * 3652;
  static constexpr Duration stamp_interval = std::chrono::minutes(10);

  /// `built` and `stamp` are since 1970. `stamp`: when the clock was last known to be right, in an earlier
  /// life of the process; nothing if that is unknown.
  ClockGuard(Duration built, std::optional<Duration> stamp, policy::ClockTrust trust,
             const ClockReading& first);

  /// What has changed.
  struct Change {
    bool state = false;  ///< `why` tells the reason.
    Duration step{};     ///< By which the clock was set; zero if it was not.
  };
  Change observe(const ClockReading& reading);

  const ClockView& view() const { return view_; }
  /// Why the clock is in its state: "it shows 1970-01-01T00:00:07Z, which is before …".
  const std::string& why() const { return why_; }

  /// The stamp to be kept, if it is time for that: while the clock is synchronized, at once and then every
  /// ten minutes. At once too when the old one is in the future: a synchronized clock overrules what an
  /// earlier one that was wrong has left. Ask once for each reading; the answer counts as kept.
  std::optional<Duration> take_stamp();

 private:
  struct Judgement {
    ClockState state;
    std::string why;
  };

  Judgement judge(const ClockReading& reading) const;
  std::optional<std::string> fault(const ClockReading& reading) const;
  bool kernel_vouches(const ClockReading& reading) const;
  Duration watch_for_step(const ClockReading& reading);

  const Duration built_;
  const policy::ClockTrust trust_;
  std::optional<Duration> stamp_;
  std::optional<Instant> stamped_;         // when, in this life
  std::optional<Duration> offset_synced_;  // realtime against boottime, when last synchronized
  Duration offset_at_step_;                // the same after the last step
  Duration realtime_;                      // of the last reading
  Instant boottime_;
  ClockView view_;
  std::string why_;
};

/// A stamp as it stands in its file.
std::string stamp_text(Duration stamp);
/// Nothing if the text is not exactly of that form, or tells of no time that a clock can show.
std::optional<Duration> parse_stamp(std::string_view text);

}  // namespace tributary::dnssec
