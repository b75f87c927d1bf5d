#pragma once

#include <asio/awaitable.hpp>
#include <asio/steady_timer.hpp>

#include "base/time.hpp"

namespace tributary {

/// Time as something that is passed in: the present, and waking up later.
///
/// The daemon uses `SystemClock`; tests and the simulator use one whose time they move by hand, so that no
/// test sleeps. A clock serves the one thread that runs its timers.
class Clock {
 public:
  virtual ~Clock() = default;

  virtual Instant now() const noexcept = 0;
  /// The same for who measures how long something took: also where `now` stands still for a while.
  virtual Instant read() noexcept { return now(); }
  /// Sets `timer` to expire at `at`. Whoever arms a timer disarms it before destroying it.
  virtual void arm(asio::steady_timer& timer, Instant at) = 0;
  /// Forgets `timer`; harmless if it is not armed.
  virtual void disarm(asio::steady_timer& timer) = 0;

 protected:
  Clock() = default;
  Clock(const Clock&) = default;
  Clock& operator=(const Clock&) = default;
};

/// The real one: CLOCK_BOOTTIME, and the event loop's timers.
class SystemClock : public Clock {
 public:
  Instant now() const noexcept override { return BootClock::now(); }
  void arm(asio::steady_timer& timer, Instant at) override;
  void disarm(asio::steady_timer&) override {}
};

/// The same, read once for each turn of the event loop: a query asks for the time a dozen times, and under a
/// hypervisor each reading costs 50 ns. What is told is as old as the turn at most: a millisecond or two
/// under full load, else microseconds.
class TurnClock final : public SystemClock {
 public:
  Instant now() const noexcept override {
    if (now_ == unread) now_ = BootClock::now();
    return now_;
  }
  Instant read() noexcept override { return now_ = BootClock::now(); }
  /// The event loop begins another turn. Whoever runs it calls this before each.
  void next_turn() { now_ = unread; }

 private:
  static constexpr Instant unread = Instant::min();

  mutable Instant now_ = unread;
};

/// A bell that one coroutine waits for, until it is rung or a given time has come.
///
/// Ringing before the wait is not lost: the next wait returns at once. All calls from the executor's thread.
class Bell {
 public:
  Bell(asio::any_io_executor executor, Clock& clock) : clock_(clock), timer_(std::move(executor)) {}
  ~Bell() { clock_.disarm(timer_); }
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;

  /// Wakes the waiter, or the next one.
  void ring();
  /// Returns true when rung, false when `until` has come first. At most one coroutine waits at a time.
  asio::awaitable<bool> wait_until(Instant until);

 private:
  Clock& clock_;
  asio::steady_timer timer_;
  bool rung_ = false;
};

}  // namespace tributary
