#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "base/counter.hpp"
#include "base/time.hpp"

namespace tributary {

/// Upper bounds of the buckets, ascending: close enough that a quantile read from them is right to about a
/// third, mostly better. One more bucket takes what is slower.
inline constexpr std::array latency_bounds = [] {
  constexpr std::array<std::int64_t, 6> steps{10, 15, 20, 30, 50, 70};
  std::array<Duration, 35> bounds{};
  std::int64_t decade = 1;
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    bounds[i] = std::chrono::microseconds(steps[i % steps.size()] * decade);
    if (i % steps.size() == steps.size() - 1) decade *= 10;
  }
  return bounds;
}();
static_assert(latency_bounds.front() == std::chrono::microseconds(10));
static_assert(latency_bounds.back() == std::chrono::seconds(5));

/// How many observations there were: in each bucket, and of what length in all. A value.
struct LatencyCounts {
  std::array<std::uint64_t, latency_bounds.size() + 1> buckets{};
  std::uint64_t nanoseconds = 0;

  LatencyCounts& operator+=(const LatencyCounts& other) {
    for (std::size_t i = 0; i < buckets.size(); ++i) buckets[i] += other.buckets[i];
    nanoseconds += other.nanoseconds;
    return *this;
  }
  /// What was added since `earlier`. Requires: no bucket of that has more.
  LatencyCounts since(const LatencyCounts& earlier) const {
    LatencyCounts out = *this;
    for (std::size_t i = 0; i < buckets.size(); ++i) out.buckets[i] -= earlier.buckets[i];
    out.nanoseconds -= earlier.nanoseconds;
    return out;
  }
};

/// Counts how long things took; read by any thread. `Cell` is Counter or SharedCounter, and says who may add.
template <typename Cell>
class LatencyHistogram {
 public:
  /// `count` things took `latency` each.
  void add(Duration latency, std::uint64_t count = 1) noexcept {
    // One after the other: what there is most of, answers from the cache, is in the first ones.
    const auto place = std::ranges::find_if(latency_bounds, [=](Duration bound) { return latency <= bound; });
    buckets_[static_cast<std::size_t>(place - latency_bounds.begin())].add(count);
    nanoseconds_.add(static_cast<std::uint64_t>(std::max(latency, Duration::zero()).count()) * count);
  }

  LatencyCounts counts() const noexcept {
    LatencyCounts out;
    for (std::size_t i = 0; i < buckets_.size(); ++i) out.buckets[i] = buckets_[i].get();
    out.nanoseconds = nanoseconds_.get();
    return out;
  }

 private:
  std::array<Cell, latency_bounds.size() + 1> buckets_{};
  Cell nanoseconds_;
};

}  // namespace tributary
