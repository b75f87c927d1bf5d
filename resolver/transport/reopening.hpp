#pragma once

#include <algorithm>
#include <chrono>

#include "base/time.hpp"

namespace tributary::resolver {

/// When a connection that has ended is to be opened again while nobody asks: at once, but after failures in a
/// row only 1 s, 2 s, 4 s … and at most a minute later. A connection that did not live for five seconds
/// failed, too: a server may take connections and close them. (Where there are queries they open connections
/// themselves, and wait for none of this.) No I/O, no clock.
class Reopening {
 public:
  static constexpr std::chrono::seconds shortest_life{5}, longest_pause{60};

  void opened(Instant now) { opened_at_ = now; }
  void ended(bool was_established, Instant now) {
    if (was_established && now - opened_at_ >= shortest_life) return reset();
    due_ = now + std::min<Duration>(longest_pause, std::chrono::seconds(1 << std::min(failures_, 6U)));
    ++failures_;
  }
  void reset() {
    failures_ = 0;
    due_ = Instant::min();
  }

  /// Connections that failed since one lived.
  unsigned failures() const { return failures_; }
  Instant due() const { return due_; }

 private:
  Instant opened_at_ = Instant::min();
  Instant due_ = Instant::min();
  unsigned failures_ = 0;
};

}  // namespace tributary::resolver
