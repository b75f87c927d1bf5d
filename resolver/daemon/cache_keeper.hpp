#pragma once

#include <atomic>
#include <functional>
#include <thread>

#include <asio/any_io_executor.hpp>

#include "base/timers.hpp"

namespace tributary::resolver {

/// Loads the cache at the start and saves it again and again, each time on a thread that lives no longer than
/// that: neither the workers nor the timers' thread wait for disks. All calls from the timers' thread, or
/// while it does not run.
class CacheKeeper final : private Timers::Timer {
 public:
  struct Tools {
    /// Returns soon when it is told to stop; then false, for what it did is not all.
    std::function<bool(const std::atomic<bool>& stop)> load;
    std::function<void()> save;
  };

  /// Saves every `interval` once it is started. `timers` outlive this object.
  CacheKeeper(Timers& timers, asio::any_io_executor executor, Tools tools, Duration interval)
      : timers_(timers), executor_(std::move(executor)), tools_(std::move(tools)), interval_(interval) {}
  ~CacheKeeper();

  /// Begins to load.
  void start();
  /// Saves a last time, unless loading has not come to its end: then the file has more than the cache.
  /// Returns when it is saved.
  void stop();

 private:
  void expire() override;
  void begin(std::function<void()> work);
  void end_work();

  Timers& timers_;
  asio::any_io_executor executor_;
  Tools tools_;
  Duration interval_;
  std::thread work_;
  std::atomic<bool> stop_{false}, loaded_{false};
};

}  // namespace tributary::resolver
