#pragma once

#include <stdexcept>

#include <asio/io_context.hpp>

#include "base/clock.hpp"
#include "base/nursery.hpp"
#include "base/timers.hpp"

namespace tributary::simulate {

/// A clock that stands still until it is set.
class VirtualClock final : public Clock {
 public:
  Instant now() const noexcept override { return now_; }
  void set(Instant now) { now_ = now; }

  void arm(asio::steady_timer&, Instant) override {
    throw std::logic_error("no timer of an event loop goes off in virtual time");
  }
  void disarm(asio::steady_timer&) override {}

 private:
  Instant now_ = Instant(std::chrono::hours(1));
};

/// Time that jumps from one timer to the next. Nothing passes while code runs.
struct VirtualTime {
  VirtualTime() = default;
  VirtualTime(const VirtualTime&) = delete;
  VirtualTime& operator=(const VirtualTime&) = delete;
  /// What is suspended refers to the timers.
  ~VirtualTime() { nursery.clear(); }

  /// Lets happen what happens until `end`; calls `look` at every moment at which something did.
  template <typename Look>
  void run_until(Instant end, Look look) {
    while (timers.next_due() <= end) {
      if (timers.next_due() > clock.now()) clock.set(timers.next_due());
      timers.expire_due();
      // Handlers are posted when a breaker opens: a loop without any costs next to nothing.
      loop.restart();
      loop.poll();
      look(clock.now());
    }
    clock.set(end);
  }

  VirtualClock clock;
  asio::io_context loop{1};
  Timers timers{clock};
  Nursery nursery;
};

}  // namespace tributary::simulate
