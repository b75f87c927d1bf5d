#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>

#include "base/locked.hpp"
#include "base/timers.hpp"
#include "resolver/admin/quantiles.hpp"

namespace tributary::resolver {

/// What clients have seen lately.
struct RecentTraffic {
  double queries_per_second = 0;
  RecentLatencies latencies;
};

/// Notes once a second how many queries there have been, and how long they took, so that one can tell how it
/// is lately.
class TrafficWatch final : private Timers::Timer {
 public:
  static constexpr Duration interval = std::chrono::seconds(1);

  /// As it was counted since the start.
  struct Traffic {
    std::uint64_t queries = 0;
    LatencySample latencies;
  };

  /// `look` is called on the timers' thread. `timers` outlive this object.
  TrafficWatch(Timers& timers, std::function<Traffic()> look);

  /// Over the last ten seconds, or as long as is known; nothing in the first second. Any thread.
  std::optional<RecentTraffic> recent() const;

 private:
  struct Sample {
    Instant at{};
    Traffic traffic;
  };
  struct Ring {
    std::array<Sample, 11> samples{};
    std::size_t taken = 0;
  };

  void expire() override;

  Timers& timers_;
  std::function<Traffic()> look_;
  Locked<Ring> ring_;
};

}  // namespace tributary::resolver
