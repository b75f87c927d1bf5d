#pragma once

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tributary::load {

/// Latencies, each known to 1 part in 128, however many there are.
///
/// A bucket for each nanosecond up to 128, then 128 buckets for each doubling.
class LatencyHistogram {
 public:
  using Nanoseconds = std::chrono::nanoseconds;

  void add(Nanoseconds latency) {
    ++buckets_[bucket_of(static_cast<std::uint64_t>(std::max(latency, Nanoseconds{0}).count()))];
    ++count_;
  }

  /// The latency that `share` (0 to 1) of them did not exceed; 0 if there are none.
  Nanoseconds percentile(double share) const {
    const auto wanted = static_cast<std::uint64_t>(share * static_cast<double>(count_));
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
      seen += buckets_[bucket];
      if (seen > wanted || (seen > 0 && seen == count_)) return Nanoseconds{least_of(bucket)};
    }
    return Nanoseconds{0};
  }

 private:
  static constexpr int precision = 7;  // bits
  static constexpr std::size_t buckets_of_doubling = std::size_t{1} << precision;

  static std::size_t bucket_of(std::uint64_t value) {
    if (value < buckets_of_doubling) return value;
    const auto shift = std::bit_width(value) - (precision + 1);
    return static_cast<std::size_t>(shift) * buckets_of_doubling + (value >> shift);
  }
  static std::int64_t least_of(std::size_t bucket) {
    if (bucket < 2 * buckets_of_doubling) return static_cast<std::int64_t>(bucket);
    const auto shift = bucket / buckets_of_doubling - 1;
    return static_cast<std::int64_t>((bucket - shift * buckets_of_doubling) << shift);
  }

  std::vector<std::uint64_t> buckets_ =
      std::vector<std::uint64_t>(buckets_of_doubling * (64 - precision + 1));
  std::uint64_t count_ = 0;
};

}  // namespace tributary::load
