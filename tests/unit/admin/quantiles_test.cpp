#include "resolver/admin/quantiles.hpp"

#include <gtest/gtest.h>

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;

LatencyCounts counts_of(std::initializer_list<std::pair<Duration, std::uint64_t>> observed) {
  LatencyHistogram<Counter> histogram;
  for (const auto& [latency, count] : observed) histogram.add(latency, count);
  return histogram.counts();
}

TEST(Quantile, IsUnknownWithoutObservations) {
  EXPECT_EQ(quantile({}, 0.5), std::nullopt);
}

TEST(Quantile, LiesBetweenTheBoundsOfItsBucket) {
  const auto counts = counts_of({{8ms, 100}});  // in the bucket from 7 to 10 ms
  EXPECT_EQ(quantile(counts, 0), 7ms);
  EXPECT_EQ(quantile(counts, 0.5), 8500us);
  EXPECT_EQ(quantile(counts, 1), 10ms);
}

TEST(Quantile, TheFirstBucketBeginsAtZero) {
  EXPECT_EQ(quantile(counts_of({{1us, 4}}), 0.5), 5us);
}

TEST(Quantile, PassesOverEmptyBuckets) {
  const auto counts = counts_of({{15us, 50}, {2ms, 50}});
  EXPECT_EQ(quantile(counts, 0.5), 15us);
  EXPECT_EQ(quantile(counts, 0.51), 1510us);
}

TEST(Quantile, WhatIsSlowerThanTheLastBoundCountsAsThat) {
  EXPECT_EQ(quantile(counts_of({{1ms, 1}, {1h, 99}}), 0.5), 5s);
}

TEST(Quantile, IsRightToAThirdForAnyLatency) {
  for (Duration latency = 15us; latency < 4s; latency += latency / 10) {
    const auto found = *quantile(counts_of({{latency, 1000}}), 0.5);
    EXPECT_LE(std::max(found, latency), std::min(found, latency) * 4 / 3) << latency.count();
  }
}

TEST(RecentLatencies, AreThoseSinceTheSampleBefore) {
  ListenerCounters worker;
  Health quad9("quad9"), office("office");
  MetricSources sources;
  sources.listeners = {&worker};
  sources.upstreams = {&quad9, &office};
  worker.cached.add(1s, 1000);
  quad9.succeeded(1s, Instant(1h));
  const auto before = sample_latencies(sources);
  worker.cached.add(8ms, 100);
  quad9.succeeded(8ms, Instant(1h));
  const auto recent = latencies_between(before, sample_latencies(sources));
  ASSERT_TRUE(recent.cached);
  EXPECT_EQ(recent.cached->p50, 8500us);
  EXPECT_EQ(recent.cached->p99, 9970us);
  EXPECT_FALSE(recent.uncached);
  ASSERT_TRUE(recent.upstreams.contains("quad9"));
  EXPECT_EQ(recent.upstreams.at("quad9").p50, 8500us);
  EXPECT_FALSE(recent.upstreams.contains("office"));
}

TEST(RecentLatencies, OfAllWorkersTogether) {
  ListenerCounters workers[2];
  MetricSources sources;
  sources.listeners = {&workers[0], &workers[1]};
  workers[0].uncached.add(8ms, 99);
  workers[1].uncached.add(2ms, 1);
  const auto recent = latencies_between({}, sample_latencies(sources));
  EXPECT_EQ(recent.uncached->p50, 7ms + Duration(3ms) * 49 / 99);
}

TEST(RecentLatencies, OfWhatCountsAnewOrIsNewAreAllThatItHas) {
  LatencySample before, now;
  before.upstreams["quad9"] = counts_of({{8ms, 7}, {1ms, 5}});
  now.upstreams["quad9"] = counts_of({{8ms, 6}, {1ms, 6}});
  now.upstreams["new"] = counts_of({{8ms, 1}});
  const auto recent = latencies_between(before, now);
  EXPECT_EQ(recent.upstreams.at("quad9").p50, 1ms);
  EXPECT_EQ(recent.upstreams.at("new").p50, 8500us);
}

}  // namespace
}  // namespace tributary::resolver
