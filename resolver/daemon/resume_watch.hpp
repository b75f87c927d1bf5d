#pragma once

#include <functional>

#include "base/timers.hpp"

namespace tributary::resolver {

/// How long this host has been suspended since it started: CLOCK_BOOTTIME less CLOCK_MONOTONIC.
Duration time_asleep();

/// Tells that the host has slept: looks once a second whether the time asleep has grown by more than a
/// second. Belongs to one worker: all calls from its thread, or while it does not run.
class ResumeWatch final : private Timers::Timer {
 public:
  static constexpr Duration interval = std::chrono::seconds(1);
  static constexpr Duration least_sleep = std::chrono::seconds(1);

  /// `timers` outlive this object. `asleep` is `time_asleep`, or what a test wants.
  ResumeWatch(Timers& timers, std::function<Duration()> asleep, std::function<void()> resumed);

 private:
  void expire() override;

  Timers& timers_;
  std::function<Duration()> asleep_;
  std::function<void()> resumed_;
  Duration known_;
};

}  // namespace tributary::resolver
