#pragma once

#include <algorithm>
#include <utility>

#include "base/time.hpp"

namespace tributary::resolver {

/// The weight of an upstream that answers, but slowly. A pure value.
///
/// While its median is above a second, the weight is halved every 10 s, down to 0.05; while it is not, it is
/// doubled every 10 s, up to 1. Ten seconds without a reply do not count as slow.
class SlowWeight {
 public:
  static constexpr Duration slow = std::chrono::seconds(1);
  static constexpr Duration step = std::chrono::seconds(10);
  static constexpr double least = 0.05;

  void observe(Duration median, Instant now) {
    const bool is_slow = median > slow;
    const bool was_idle = now - std::exchange(seen_, now) > step;
    if (is_slow != slow_ || (is_slow && was_idle)) since_ = now;
    slow_ = is_slow;
    for (; now - since_ >= step && value_ != goal(); since_ += step) {
      value_ = std::clamp(slow_ ? value_ / 2 : value_ * 2, least, 1.0);
    }
  }

  double value() const { return value_; }

 private:
  double goal() const { return slow_ ? least : 1.0; }

  double value_ = 1;
  bool slow_ = false;
  Instant since_{};  // it is so, or what was counted already
  Instant seen_{};   // when it was last observed
};

}  // namespace tributary::resolver
