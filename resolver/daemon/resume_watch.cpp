#include "resolver/daemon/resume_watch.hpp"

#include <time.h>

namespace tributary::resolver {
namespace {

Duration read_clock(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

Duration time_asleep() {
  const Duration awake = read_clock(CLOCK_MONOTONIC);  // first, or the difference may be negative
  return read_clock(CLOCK_BOOTTIME) - awake;
}

ResumeWatch::ResumeWatch(Timers& timers, std::function<Duration()> asleep, std::function<void()> resumed)
    : timers_(timers), asleep_(std::move(asleep)), resumed_(std::move(resumed)), known_(asleep_()) {
  timers_.set(*this, timers_.now() + interval);
}

void ResumeWatch::expire() {
  const Duration asleep = asleep_();
  // What is below a second may be a pause between the two readings.
  if (asleep - known_ > least_sleep) {
    known_ = asleep;
    resumed_();
  }
  timers_.set(*this, timers_.now() + interval);
}

}  // namespace tributary::resolver
