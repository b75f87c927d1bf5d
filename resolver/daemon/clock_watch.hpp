#pragma once

#include <filesystem>
#include <functional>
#include <optional>

#include "base/timers.hpp"
#include "resolver/dnssec/clock_guard.hpp"
#include "resolver/dnssec/shared_clock_state.hpp"

namespace tributary::resolver {

/// CLOCK_REALTIME, CLOCK_BOOTTIME and adjtimex(2), as they are now.
dnssec::ClockReading read_clocks();

/// No right clock shows less, since 1970: when the sources were last changed, as the build was told.
Duration build_time();

/// Keeps in a file when the clock was last known to be right. Blocks.
class ClockStamp {
 public:
  /// The folder need not be there.
  explicit ClockStamp(const std::filesystem::path& state_directory) : file_(state_directory / "clock") {}

  /// What an earlier process has kept; nothing, with a warning, if it cannot be read or is damaged.
  std::optional<Duration> load() const;
  /// Warns of failures: of the first, and of the first after each success.
  void keep(Duration stamp);

 private:
  std::filesystem::path file_;
  bool failing_ = false;
};

/// Looks once a second what the wall clock is worth, and tells all workers, the log and the metrics. Keeps
/// the stamp, which blocks: not for the loop of a worker. All calls from the timers' thread, or while it does
/// not run.
class ClockWatch final : private Timers::Timer {
 public:
  static constexpr Duration interval = std::chrono::seconds(1);

  struct Tools {
    std::function<dnssec::ClockReading()> read;
    std::function<void(Duration)> keep;  ///< A stamp.
    std::function<void()>
        judge_anew;  ///< What was judged by dates: another epoch has begun, and was published.
    dnssec::SharedClockState& shared;
  };

  /// Has published what it knows when this returns. `timers` and what `tools` refers to outlive this object.
  ClockWatch(Timers& timers, Tools tools, Duration built, std::optional<Duration> stamp,
             policy::ClockTrust trust);

 private:
  ClockWatch(Timers& timers, Tools tools, Duration built, std::optional<Duration> stamp,
             policy::ClockTrust trust, const dnssec::ClockReading& first);

  void expire() override;
  void publish(const dnssec::ClockReading& reading);
  void log_state() const;

  Timers& timers_;
  Tools tools_;
  dnssec::ClockGuard guard_;
};

}  // namespace tributary::resolver
