#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <functional>

#include "base/timers.hpp"

namespace tributary::resolver {

/// Asks every worker from time to time for a sign of life, which it gives from its event loop. Belongs to the
/// main loop; outlives the workers' event loops.
class LivenessWatch final : private Timers::Timer {
 public:
  struct Tools {
    /// Has the worker call the function, on its own thread.
    std::function<void(std::size_t worker, std::function<void()>)> call;
    /// All have given the last sign that they were asked for, and the main loop turns too.
    std::function<void()> all_well;
  };

  /// From now on, every `interval`. `timers` outlive it.
  LivenessWatch(Timers& timers, std::size_t workers, Duration interval, Tools tools);

 private:
  struct Pulse {
    std::atomic<bool> felt{true};
    Instant asked{};
    bool missed = false;  // and it was said
  };

  void expire() override;
  bool feel(std::size_t worker, Instant now);

  Timers& timers_;
  const Duration interval_;
  Tools tools_;
  std::deque<Pulse> pulses_;
};

}  // namespace tributary::resolver
