#include "tests/support/manual_clock.hpp"

namespace tributary {
namespace {

using TimerClock = asio::steady_timer::clock_type;

/// Ends the waits that there are, and those that come before the timer is armed again.
void set_off(asio::steady_timer& timer) {
  timer.expires_at(TimerClock::time_point::min());
}

}  // namespace

void ManualClock::arm(asio::steady_timer& timer, Instant at) {
  disarm(timer);
  if (at <= now_) return set_off(timer);
  timer.expires_at(TimerClock::time_point::max());
  armed_.emplace(&timer, at);
}

void ManualClock::disarm(asio::steady_timer& timer) {
  armed_.erase(&timer);
}

void ManualClock::advance(Duration by) {
  now_ += by;
  std::erase_if(armed_, [this](const auto& entry) {
    const auto& [timer, at] = entry;
    if (at > now_) return false;
    set_off(*timer);
    return true;
  });
}

}  // namespace tributary
