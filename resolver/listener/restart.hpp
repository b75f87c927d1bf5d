#pragma once

#include <functional>

#include "base/timers.hpp"

namespace tributary::resolver {

/// Starts again what an exception has ended: in another turn of the event loop, so that everything else goes
/// on meanwhile, and as often as it takes, for starting needs memory that may be short. Belongs to the
/// executor's thread.
class Restart final : private Timers::Timer {
 public:
  /// `timers` outlive it.
  Restart(Timers& timers, std::function<void()> start) : timers_(timers), start_(std::move(start)) {}

  void soon() noexcept;

 private:
  void expire() override;

  Timers& timers_;
  const std::function<void()> start_;
};

}  // namespace tributary::resolver
