#pragma once

#include <array>
#include <coroutine>
#include <memory>

#include <asio/any_io_executor.hpp>
#include <asio/error_code.hpp>

#include "base/clock.hpp"

namespace tributary {

/// The timers of one worker: a wheel, on which setting and cancelling one costs the same however many there
/// are. Nearly all timers of a resolver are cancelled, because the reply came.
///
/// A slot of the wheel spans about 4 ms, but timers go off at their time, not at their slot's end. One timer
/// of the event loop drives the wheel. Belongs to the executor's thread.
class Timers {
 public:
  /// Something that goes off once.
  class Timer {
   public:
    Timer() = default;
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    void cancel();

   protected:
    ~Timer() { cancel(); }
    /// The timer is cancelled by then, and may be destroyed or set again.
    virtual void expire() = 0;

   private:
    friend class Timers;
    void join(Timer*& list);

    Timer* next_ = nullptr;
    Timer** link_ = nullptr;  // what points to this timer in its list; null while it is not set
    Instant at_{};
  };

  /// `clock` outlives the timers.
  Timers(asio::any_io_executor executor, Clock& clock);
  /// No event loop drives these: whoever moves `clock` calls `expire_due` at `next_due`.
  explicit Timers(Clock& clock);
  /// Requires: no timer is set.
  ~Timers();
  Timers(const Timers&) = delete;
  Timers& operator=(const Timers&) = delete;

  /// Requires: `timer` is not set. It goes off on the event loop, also when `at` has passed.
  void set(Timer& timer, Instant at);
  /// When a timer may go off, or earlier; none does before. Instant::max() without timers.
  Instant next_due() const { return wakes_at_; }
  /// Lets go off what is due by now. Timers that this sets wait for the next call, also if they are due.
  void expire_due();
  Instant now() const { return clock_.now(); }

 private:
  struct Driver;
  static constexpr std::size_t slots = 1024;

  Timer*& slot(std::int64_t tick) { return wheel_[static_cast<std::size_t>(tick) % slots]; }
  void wake_at(Instant at);
  void woken(const asio::error_code& error);
  void wake_again(const asio::error_code& error);
  Timer* take_due(Instant now);
  Instant earliest() const;

  Clock& clock_;
  std::int64_t tick_;                  // all timers of earlier ones have gone off
  Instant wakes_at_ = Instant::max();  // no timer is due before
  std::array<Timer*, slots> wheel_{};  // lists
  std::shared_ptr<Driver> driver_;     // null without event loop; its handlers share it and may outlive this
};

/// What a Task waits for: to be rung, until a given time.
///
/// Ringing before the wait is not lost: the next wait returns at once. All calls from the timers' thread.
class Alarm final : private Timers::Timer {
 public:
  /// `timers` outlive the alarm.
  explicit Alarm(Timers& timers) : timers_(timers) {}

  /// Resumes the waiter before it returns; without one, the next wait does not wait. The alarm may be gone
  /// afterwards.
  void ring();
  /// The same on the event loop, after what else has arrived by now.
  void ring_soon();

  /// Whether somebody waits.
  bool awaited() const { return waiter_ != nullptr; }

  /// `co_await alarm.wait_until(at)`: true when rung, false when the time came first. Instant::max() waits
  /// without end. One waiter at a time.
  auto wait_until(Instant at) {
    struct Awaiter {
      bool await_ready() const { return alarm.rung_; }
      void await_suspend(std::coroutine_handle<> waiter) { alarm.wait(waiter, at); }
      bool await_resume() { return std::exchange(alarm.rung_, false); }

      Alarm& alarm;
      Instant at;
    };
    return Awaiter{*this, at};
  }

 private:
  void wait(std::coroutine_handle<> waiter, Instant at);
  void expire() override;

  Timers& timers_;
  std::coroutine_handle<> waiter_;
  bool rung_ = false;
};

}  // namespace tributary
