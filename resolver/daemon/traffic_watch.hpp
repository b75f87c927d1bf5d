#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>

#include "base/locked.hpp"
#include "base/timers.hpp"

namespace tributary::resolver {

/// Notes once a second how many queries there have been, so that one can tell how many there are a second.
class TrafficWatch final : private Timers::Timer {
 public:
  static constexpr Duration interval = std::chrono::seconds(1);

  /// `queries` is called on the timers' thread. `timers` outlive this object.
  TrafficWatch(Timers& timers, std::function<std::uint64_t()> queries);

  /// Over the last ten seconds, or as long as is known; nothing in the first second. Any thread.
  std::optional<double> queries_per_second() const;

 private:
  struct Sample {
    Instant at{};
    std::uint64_t queries = 0;
  };
  struct Ring {
    std::array<Sample, 11> samples{};
    std::size_t taken = 0;
  };

  void expire() override;

  Timers& timers_;
  std::function<std::uint64_t()> queries_;
  Locked<Ring> ring_;
};

}  // namespace tributary::resolver
