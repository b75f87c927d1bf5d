#include "base/latency_histogram.hpp"

#include <numeric>

#include <gtest/gtest.h>

namespace tributary {
namespace {

using namespace std::chrono_literals;

std::size_t bucket_of(Duration latency) {
  LatencyHistogram<Counter> histogram;
  histogram.add(latency);
  const auto counts = histogram.counts().buckets;
  return static_cast<std::size_t>(std::ranges::find(counts, 1u) - counts.begin());
}

TEST(LatencyHistogram, HasBoundsThatOneCanSay) {
  EXPECT_EQ(latency_bounds[1], 15us);
  EXPECT_EQ(latency_bounds[6], 100us);
  EXPECT_EQ(latency_bounds[12], 1ms);
  EXPECT_EQ(latency_bounds[30], 1s);
  EXPECT_TRUE(std::ranges::is_sorted(latency_bounds));
}

TEST(LatencyHistogram, CountsInTheBucketWithTheNextBound) {
  for (std::size_t i = 0; i < latency_bounds.size(); ++i) {
    EXPECT_EQ(bucket_of(latency_bounds[i]), i);
    EXPECT_EQ(bucket_of(latency_bounds[i] + 1ns), i + 1);
  }
  EXPECT_EQ(bucket_of(0ns), 0u);
  EXPECT_EQ(bucket_of(-1s), 0u);
  EXPECT_EQ(bucket_of(1h), latency_bounds.size());
}

TEST(LatencyHistogram, CountsManyAtOnce) {
  LatencyHistogram<SharedCounter> histogram;
  histogram.add(20us, 32);
  histogram.add(1ms);
  const auto counts = histogram.counts();
  EXPECT_EQ(std::accumulate(counts.buckets.begin(), counts.buckets.end(), 0u), 33u);
  EXPECT_EQ(counts.nanoseconds, 32u * 20'000 + 1'000'000);
}

TEST(LatencyHistogram, CountsCanBeAddedAndTakenAway) {
  LatencyHistogram<Counter> histogram;
  histogram.add(20us);
  const auto before = histogram.counts();
  histogram.add(20us, 2);
  auto later = histogram.counts().since(before);
  EXPECT_EQ(later.buckets[2], 2u);
  EXPECT_EQ(later.nanoseconds, 40'000u);
  later += before;
  EXPECT_EQ(later.buckets, histogram.counts().buckets);
}

}  // namespace
}  // namespace tributary
