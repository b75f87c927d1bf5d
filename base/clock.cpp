#include "base/clock.hpp"

#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

namespace tributary {

void SystemClock::arm(asio::steady_timer& timer, Instant at) {
  timer.expires_after(std::chrono::duration_cast<asio::steady_timer::duration>(at - BootClock::now()));
}

void Bell::ring() {
  rung_ = true;
  timer_.cancel();
}

asio::awaitable<bool> Bell::wait_until(Instant until) {
  if (!rung_) {
    clock_.arm(timer_, until);
    asio::error_code ignored;
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    clock_.disarm(timer_);
  }
  co_return std::exchange(rung_, false);
}

}  // namespace tributary
