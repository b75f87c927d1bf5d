#pragma once

#include <map>

#include "base/clock.hpp"

namespace tributary {

/// A clock whose time stands still until the test moves it. Outlives the timers armed with it.
class ManualClock final : public Clock {
 public:
  Instant now() const noexcept override { return now_; }
  /// The timer does not go off by itself; when it is due already, waiting for it ends at once.
  void arm(asio::steady_timer& timer, Instant at) override;
  void disarm(asio::steady_timer& timer) override;

  /// Moves time forward and sets off what has become due: those who wait are resumed by the event loop, so
  /// run it (`io_context::poll`) before looking at what they did.
  void advance(Duration by);

 private:
  Instant now_ = Instant(std::chrono::hours(1));
  std::map<asio::steady_timer*, Instant> armed_;
};

}  // namespace tributary
