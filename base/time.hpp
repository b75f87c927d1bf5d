#pragma once

#include <chrono>

namespace tributary {

/// The clock of everything that expires: CLOCK_BOOTTIME, which nobody can set and which goes on through
/// suspend. (The wall clock can jump; CLOCK_MONOTONIC stands still while a laptop sleeps.)
struct BootClock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<BootClock>;
  static constexpr bool is_steady = true;

  static time_point now() noexcept;
};

using Instant = BootClock::time_point;
using Duration = BootClock::duration;

/// The point in time at which the whole of something must be over. Handed down by value; every step shares
/// it.
class Deadline {
 public:
  explicit Deadline(Instant at) : at_(at) {}

  Instant at() const { return at_; }
  bool passed(Instant now) const { return now >= at_; }
  /// Time left, never negative.
  Duration remaining(Instant now) const { return passed(now) ? Duration::zero() : at_ - now; }
  /// The earlier of this deadline and `other`.
  Deadline sooner(Instant other) const { return Deadline(other < at_ ? other : at_); }

 private:
  Instant at_;
};

}  // namespace tributary
