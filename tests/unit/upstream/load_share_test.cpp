// What lessens an upstream's part of the traffic: penalty, slowness, and having just come back.

#include <vector>

#include <gtest/gtest.h>

#include "resolver/upstream/penalty.hpp"
#include "resolver/upstream/ramp.hpp"
#include "resolver/upstream/slow_weight.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;

constexpr Instant then{1h};

TEST(Penalty, AddsUpAndFadesWithReplies) {
  Penalty penalty;
  penalty.failed(then);
  EXPECT_EQ(penalty.value(then), 20ms);
  penalty.unanswered_at_hedge(then);
  EXPECT_EQ(penalty.value(then), 24ms);
  penalty.replied(then);
  EXPECT_EQ(penalty.value(then), 21600us);
}

TEST(Penalty, IsAtMost400Milliseconds) {
  Penalty penalty;
  for (int i = 0; i < 100; ++i) penalty.failed(then);
  EXPECT_EQ(penalty.value(then), 400ms);
}

TEST(Penalty, BeingOutdoneIsTheWorst) {
  Penalty penalty;
  penalty.outdone(then);
  EXPECT_EQ(penalty.value(then), 400ms);
  penalty.outdone(then);
  penalty.replied(then);
  EXPECT_EQ(penalty.value(then), 360ms);
}

TEST(Penalty, FadesInAMinute) {
  Penalty penalty;
  EXPECT_EQ(penalty.value(then), 0ms);
  penalty.failed(then);
  EXPECT_EQ(penalty.value(then + 30s), 10ms);
  EXPECT_EQ(penalty.value(then + 60s), 0ms);
  EXPECT_EQ(penalty.value(then + 24h), 0ms);
  EXPECT_EQ(penalty.value(then - 1ms), 20ms) << "another worker has looked at the clock before";
  penalty.unanswered_at_hedge(then + 30s);
  EXPECT_EQ(penalty.value(then + 30s), 14ms);
  EXPECT_EQ(penalty.value(then + 60s), 7ms) << "counted from the last change";
}

TEST(Ramp, GoesFromATenthToAllIn30Seconds) {
  EXPECT_DOUBLE_EQ(ramp(-1s), 0.1);
  EXPECT_DOUBLE_EQ(ramp(0s), 0.1);
  EXPECT_DOUBLE_EQ(ramp(10s), 0.4);
  EXPECT_DOUBLE_EQ(ramp(30s), 1);
  EXPECT_DOUBLE_EQ(ramp(24h), 1);
}

class SlowWeightTest : public testing::Test {
 protected:
  /// The weight after each of `seconds` with this median.
  double after(int seconds, Duration median) {
    for (int i = 0; i < seconds; ++i) weight.observe(median, now += 1s);
    return weight.value();
  }

  SlowWeight weight;
  Instant now{1h};
};

TEST_F(SlowWeightTest, AMomentOfSlownessIsNothing) {
  EXPECT_EQ(after(60, 20ms), 1);
  EXPECT_EQ(after(10, 1100ms), 1);
  EXPECT_EQ(after(60, 1s), 1);
}

TEST_F(SlowWeightTest, IsHalvedEveryTenSecondsDownToAFloor) {
  after(1, 1100ms);
  for (const double expected : {0.5, 0.25, 0.125, 0.0625, 0.05, 0.05}) EXPECT_EQ(after(10, 1100ms), expected);
}

TEST_F(SlowWeightTest, IsDoubledEveryTenCleanSeconds) {
  after(21, 1100ms);
  ASSERT_EQ(weight.value(), 0.25);
  EXPECT_EQ(after(10, 20ms), 0.25);
  EXPECT_EQ(after(1, 20ms), 0.5);
  EXPECT_EQ(after(9, 20ms), 0.5);
  EXPECT_EQ(after(1, 20ms), 1);
  EXPECT_EQ(after(60, 20ms), 1);
}

TEST_F(SlowWeightTest, TimeInWhichNobodyAskedIsNotSlow) {
  after(1, 1100ms);
  now += 1h;
  EXPECT_EQ(after(10, 1100ms), 1);
  EXPECT_EQ(after(1, 1100ms), 0.5);
  now += 1h;
  EXPECT_EQ(after(1, 20ms), 0.5);
  now += 1h;
  EXPECT_EQ(after(1, 20ms), 1) << "it may count as clean";
}

TEST_F(SlowWeightTest, ARelapseStartsItsTenSecondsAnew) {
  after(11, 1100ms);
  after(5, 20ms);
  EXPECT_EQ(after(10, 1100ms), 0.5);
  EXPECT_EQ(after(1, 1100ms), 0.25);
}

}  // namespace
}  // namespace tributary::resolver
