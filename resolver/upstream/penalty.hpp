#pragma once

#include <algorithm>

#include "base/time.hpp"

namespace tributary::resolver {

/// What is added to the round-trip time of an upstream for what it failed to do lately. A value.
///
/// Only replies lower it, not time: an upstream that nobody asks keeps its penalty. Strategies explore now
/// and then, and so give it the chance.
class Penalty {
 public:
  static constexpr Duration most = std::chrono::milliseconds(400);

  void replied() { value_ = value_ * 9 / 10; }
  void unanswered_at_hedge() { add(std::chrono::milliseconds(4)); }
  void failed() { add(std::chrono::milliseconds(20)); }
  /// It had an error where a sibling had an answer: about the worst that can be said of a quick reply.
  void outdone() { value_ = most; }

  Duration value() const { return value_; }

 private:
  void add(Duration more) { value_ = std::min(value_ + more, most); }

  Duration value_{};
};

}  // namespace tributary::resolver
