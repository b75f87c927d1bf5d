#pragma once

#include <poll.h>

#include <atomic>
#include <functional>
#include <optional>

#include "base/time.hpp"

namespace tributary::resolver {

/// Lets one thread sleep until others have something for it. Waking it costs no system call while it is
/// awake.
class Sleeper {
 public:
  /// Throws std::system_error if the kernel has no file descriptor left.
  Sleeper();
  ~Sleeper();
  Sleeper(const Sleeper&) = delete;
  Sleeper& operator=(const Sleeper&) = delete;

  /// Any thread; call after what is to be found has been made visible, sequentially consistent.
  void wake() noexcept;

  /// Returns when somebody has called `wake`, `other` is ready (fd -1: none), or `longest` is over; at once
  /// if `has_work`. Only by the one thread.
  void sleep(const std::function<bool()>& has_work, pollfd other, std::optional<Duration> longest);

 private:
  const int event_;
  std::atomic<bool> asleep_{false};
};

}  // namespace tributary::resolver
