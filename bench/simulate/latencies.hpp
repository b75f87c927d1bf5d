#pragma once

#include <cstdint>
#include <vector>

#include "base/time.hpp"

namespace tributary::simulate {

/// Latencies that are collected, then told in a few numbers.
class Latencies {
 public:
  /// Milliseconds; zero if there were none.
  struct Summary {
    std::uint64_t count = 0;
    double p50 = 0, p99 = 0, p999 = 0;
  };
  /// The histogram's buckets: 40 for each power of ten, from 1 ms on.
  static constexpr double buckets_per_decade = 40;
  static constexpr std::size_t buckets = 160;

  void add(Duration latency);
  Summary summary();
  std::vector<std::uint32_t> histogram() const;

 private:
  std::vector<float> milliseconds_;
};

}  // namespace tributary::simulate
