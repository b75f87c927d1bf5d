#include "resolver/daemon/traffic_watch.hpp"

#include <gtest/gtest.h>

#include "tests/support/manual_clock.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;

class TrafficWatchTest : public ::testing::Test {
 protected:
  void pass(Duration time, std::uint64_t more_queries) {
    clock.advance(time);
    queries += more_queries;
    timers.expire_due();
  }

  ManualClock clock;
  Timers timers{clock};
  std::uint64_t queries = 100;
  LatencySample latencies;
  TrafficWatch watch{timers, [this] { return TrafficWatch::Traffic{queries, latencies}; }};
};

TEST_F(TrafficWatchTest, KnowsNothingInTheFirstSecond) {
  EXPECT_FALSE(watch.recent());
  pass(1s, 20);
  EXPECT_EQ(watch.recent().value().queries_per_second, 20.0);
}

TEST_F(TrafficWatchTest, TellsOfTheLastTenSeconds) {
  for (int i = 0; i < 30; ++i) pass(1s, 1000);
  for (int i = 0; i < 5; ++i) pass(1s, 0);
  EXPECT_EQ(watch.recent().value().queries_per_second, 500.0);
  for (int i = 0; i < 5; ++i) pass(1s, 0);
  EXPECT_EQ(watch.recent().value().queries_per_second, 0.0);
}

}  // namespace
}  // namespace tributary::resolver
