#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace tributary::load {

using Clock = std::chrono::steady_clock;

/// The queries that were sent and not answered yet, by their IDs.
class InFlight {
 public:
  static constexpr std::size_t most = 32768;  ///< Half of the IDs, so that a free one is soon found.

  std::size_t count() const { return count_; }

  /// An ID for a query that is sent at `time`. Requires: count() < most.
  std::uint16_t add(Clock::time_point time) {
    while (sent_[next_] != free) ++next_;
    sent_[next_] = time;
    ++count_;
    return next_++;
  }

  /// When the query that is now answered was sent; nothing if none with this ID waits.
  std::optional<Clock::time_point> take(std::uint16_t id) {
    if (sent_[id] == free) return {};
    --count_;
    return std::exchange(sent_[id], free);
  }

  /// Gives up those that were sent before `time`, and tells how many.
  std::size_t forget_before(Clock::time_point time) {
    const auto before = count_;
    for (auto& sent : sent_) {
      if (sent >= time) continue;
      sent = free;
      --count_;
    }
    return before - count_;
  }

 private:
  static constexpr auto free = Clock::time_point::max();

  std::vector<Clock::time_point> sent_ = std::vector<Clock::time_point>(65536, free);
  std::size_t count_ = 0;
  std::uint16_t next_ = 0;
};

}  // namespace tributary::load
