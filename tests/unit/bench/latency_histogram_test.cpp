#include "bench/load/latency_histogram.hpp"

#include <gtest/gtest.h>

namespace tributary::load {
namespace {

using std::chrono::nanoseconds;

TEST(LatencyHistogram, KnowsPercentilesToOnePartIn128) {
  LatencyHistogram histogram;
  for (int i = 1; i <= 1000; ++i) histogram.add(nanoseconds(i * 1000));
  EXPECT_NEAR(static_cast<double>(histogram.percentile(0.5).count()), 500'000, 500'000.0 / 128);
  EXPECT_NEAR(static_cast<double>(histogram.percentile(0.99).count()), 990'000, 990'000.0 / 128);
  EXPECT_NEAR(static_cast<double>(histogram.percentile(1).count()), 1'000'000, 1'000'000.0 / 128);
}

TEST(LatencyHistogram, IsExactBelow256Nanoseconds) {
  for (const int latency : {0, 1, 127, 128, 255}) {
    LatencyHistogram histogram;
    histogram.add(nanoseconds(latency));
    EXPECT_EQ(histogram.percentile(0.5), nanoseconds(latency));
  }
}

TEST(LatencyHistogram, IsZeroWhenEmpty) {
  EXPECT_EQ(LatencyHistogram().percentile(0.5), nanoseconds(0));
}

TEST(LatencyHistogram, TakesTheLongestAndNegativeLatencies) {
  LatencyHistogram histogram;
  histogram.add(nanoseconds(-5));
  EXPECT_EQ(histogram.percentile(0), nanoseconds(0));
  histogram.add(nanoseconds::max());
  EXPECT_GT(histogram.percentile(1), nanoseconds::max() / 128 * 127);
}

}  // namespace
}  // namespace tributary::load
