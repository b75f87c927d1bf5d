#include "resolver/upstream/rtt_window.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>
#include <vector>

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;

class RttWindowTest : public testing::Test {
 protected:
  void add(std::size_t count, Duration rtt) {
    for (std::size_t i = 0; i < count; ++i) window.add(rtt, now);
  }

  RttWindow window;
  Instant now{1h};
};

TEST_F(RttWindowTest, KnowsNothingAtFirst) {
  EXPECT_EQ(window.median(now), 0ns);
  EXPECT_EQ(window.p96(), 0ns);
  EXPECT_EQ(window.hedge_delay(), 100ms);
  EXPECT_EQ(window.patience(), 1s);
}

TEST_F(RttWindowTest, TheMedianIsThatOfTheLast31) {
  add(200, 500ms);
  add(15, 10ms);
  EXPECT_EQ(window.median(now), 500ms);
  add(1, 10ms);
  EXPECT_EQ(window.median(now), 10ms);
}

TEST_F(RttWindowTest, TheMedianForgetsAfterAMinute) {
  add(10, 500ms);
  now += 30s;
  add(3, 10ms);
  EXPECT_EQ(window.median(now), 500ms);
  now += 30s;
  EXPECT_EQ(window.median(now), 500ms);
  now += 1ns;
  EXPECT_EQ(window.median(now), 10ms);
  now += 30s;
  EXPECT_EQ(window.median(now), 0ns);
}

TEST_F(RttWindowTest, The96thPercentileIsThatOfTheLast200) {
  add(200, 900ms);
  add(192, 10ms);
  EXPECT_EQ(window.p96(), 10ms);
  add(200, 20ms);
  EXPECT_EQ(window.p96(), 20ms);
  add(11, 900ms);
  EXPECT_EQ(window.p96(), 900ms);
}

TEST_F(RttWindowTest, ThePercentileDoesNotForget) {
  add(20, 30ms);
  now += 10h;
  EXPECT_EQ(window.p96(), 30ms);
}

TEST_F(RttWindowTest, PercentileAndMedianAreThoseOfTheSortedTimes) {
  std::mt19937 random(1);
  std::deque<Duration> last;
  for (int i = 0; i < 1000; ++i) {
    const Duration rtt = std::chrono::milliseconds(1 + random() % 50);
    add(1, rtt);
    last.push_back(rtt);
    if (last.size() > RttWindow::kept) last.pop_front();
    std::vector<Duration> all(last.begin(), last.end());
    std::vector<Duration> recent(
        last.end() - static_cast<std::ptrdiff_t>(std::min(last.size(), RttWindow::recent)), last.end());
    std::ranges::sort(all);
    std::ranges::sort(recent);
    ASSERT_EQ(window.p96(), all[static_cast<std::size_t>(0.96 * static_cast<double>(all.size() - 1))]);
    ASSERT_EQ(window.median(now), recent[(recent.size() - 1) / 2]);
  }
}

struct HedgeCase {
  std::size_t samples;
  Duration rtt, delay;
};

class HedgeDelayTest : public RttWindowTest, public testing::WithParamInterface<HedgeCase> {};

TEST_P(HedgeDelayTest, IsThe96thPercentileWithinBounds) {
  add(GetParam().samples, GetParam().rtt);
  EXPECT_EQ(window.hedge_delay(), GetParam().delay);
}

INSTANTIATE_TEST_SUITE_P(Cases, HedgeDelayTest,
                         testing::Values(HedgeCase{19, 30ms, 100ms}, HedgeCase{20, 30ms, 30ms},
                                         HedgeCase{20, 1ms, 10ms}, HedgeCase{20, 2s, 250ms}));

struct PatienceCase {
  Duration typical, tail, patience;
};

class PatienceTest : public RttWindowTest, public testing::WithParamInterface<PatienceCase> {};

TEST_P(PatienceTest, GrowsWithTheMedianAndTwiceTheTail) {
  add(20, GetParam().tail);
  add(31, GetParam().typical);
  EXPECT_EQ(window.patience(), GetParam().patience);
}

INSTANTIATE_TEST_SUITE_P(Cases, PatienceTest,
                         testing::Values(PatienceCase{10ms, 30ms, 400ms}, PatienceCase{100ms, 300ms, 500ms},
                                         PatienceCase{600ms, 600ms, 600ms}, PatienceCase{500ms, 1s, 1500ms},
                                         PatienceCase{500ms, 2s, 2s},
                                         // A tail below the median is none.
                                         PatienceCase{900ms, 20ms, 900ms}));

}  // namespace
}  // namespace tributary::resolver
