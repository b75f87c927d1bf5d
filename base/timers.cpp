// The wheel is an array of lists: a timer stands in the list of its tick, a tick being 2²² ns, modulo the
// number of slots. What is further away than one turn shares the slot and is passed over until its time has
// come.

#include "base/timers.hpp"

#include <algorithm>
#include <exception>

#include <asio/steady_timer.hpp>

namespace tributary {
namespace {

std::int64_t tick_of(Instant at) {
  return at.time_since_epoch().count() >> 22;
}

}  // namespace

struct Timers::Driver {
  Driver(asio::any_io_executor executor, Timers& its_owner) : timer(std::move(executor)), owner(&its_owner) {}

  asio::steady_timer timer;
  Timers* owner;
};

void Timers::Timer::join(Timer*& list) {
  next_ = list;
  if (next_ != nullptr) next_->link_ = &next_;
  list = this;
  link_ = &list;
}

void Timers::Timer::cancel() {
  if (link_ == nullptr) return;
  *link_ = next_;
  if (next_ != nullptr) next_->link_ = link_;
  link_ = nullptr;
}

Timers::Timers(asio::any_io_executor executor, Clock& clock)
    : clock_(clock),
      tick_(tick_of(clock.now())),
      driver_(std::make_shared<Driver>(std::move(executor), *this)) {}

Timers::Timers(Clock& clock) : clock_(clock), tick_(tick_of(clock.now())) {}

Timers::~Timers() {
  if (!driver_) return;
  clock_.disarm(driver_->timer);
  driver_->owner = nullptr;
}

void Timers::set(Timer& timer, Instant at) {
  timer.at_ = at;
  timer.join(slot(std::max(tick_of(at), tick_)));
  if (at < wakes_at_) wake_at(at);
}

void Timers::wake_at(Instant at) {
  wakes_at_ = at;
  if (!driver_) return;
  try {
    clock_.arm(driver_->timer, at);
    driver_->timer.async_wait([driver = driver_](const asio::error_code& error) {
      if (driver->owner != nullptr) driver->owner->woken(error);
    });
  } catch (...) {
    wakes_at_ = Instant::max();  // Nobody will wake us: the next timer that is set tries again.
    throw;
  }
}

/// The driver was set anew since, or went off a moment early: nobody else would wake us then.
void Timers::wake_again(const asio::error_code& error) {
  if (!error && wakes_at_ != Instant::max()) wake_at(wakes_at_);
}

void Timers::woken(const asio::error_code& error) {
  if (clock_.now() < wakes_at_) return wake_again(error);
  expire_due();
}

void Timers::expire_due() {
  wakes_at_ = Instant::max();
  Timer* due = take_due(clock_.now());
  if (due != nullptr) due->link_ = &due;
  std::exception_ptr failure;  // The others are not to miss their time for it.
  while (due != nullptr) {
    Timer* const first = due;
    first->cancel();
    try {
      first->expire();
    } catch (...) {
      failure = std::current_exception();
    }
  }
  if (const Instant next = earliest(); next < wakes_at_) wake_at(next);
  if (failure) std::rethrow_exception(failure);
}

Timers::Timer* Timers::take_due(Instant now) {
  Timer* due = nullptr;
  const std::int64_t last = tick_of(now);
  for (auto tick = std::max(tick_, last - static_cast<std::int64_t>(slots) + 1); tick <= last; ++tick) {
    for (Timer* timer = slot(tick); timer != nullptr;) {
      Timer* const next = timer->next_;
      if (timer->at_ <= now) {
        timer->cancel();
        timer->join(due);
      }
      timer = next;
    }
  }
  tick_ = last;
  return due;
}

Instant Timers::earliest() const {
  Instant least = Instant::max();
  for (auto tick = tick_; tick < tick_ + static_cast<std::int64_t>(slots); ++tick) {
    for (const Timer* timer = wheel_[static_cast<std::size_t>(tick) % slots]; timer != nullptr;
         timer = timer->next_) {
      least = std::min(least, timer->at_);
    }
    if (tick_of(least) <= tick) break;  // What stands further on is later.
  }
  return least;
}

void Alarm::ring() {
  rung_ = true;
  cancel();
  if (const auto waiter = std::exchange(waiter_, nullptr)) waiter.resume();
}

void Alarm::ring_soon() {
  rung_ = true;
  if (!awaited()) return;
  cancel();
  timers_.set(*this, timers_.now());
}

void Alarm::wait(std::coroutine_handle<> waiter, Instant at) {
  waiter_ = waiter;
  if (at != Instant::max()) timers_.set(*this, at);
}

void Alarm::expire() {
  std::exchange(waiter_, nullptr).resume();
}

}  // namespace tributary
