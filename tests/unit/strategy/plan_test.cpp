#include "resolver/strategy/plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "resolver/strategy/race.hpp"
#include "resolver/strategy/rotate.hpp"
#include "tests/unit/strategy/seeded_random.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

std::vector<std::size_t> members_of(const Plan& plan) {
  std::vector<std::size_t> out;
  for (const auto& step : plan) out.push_back(step.member);
  return out;
}

/// How often each of three members with `weights` is asked first in 10,000 plans.
std::array<int, 3> first_places(Strategy& strategy, const std::vector<std::uint32_t>& weights) {
  testing::SeededRandom random;
  std::array<int, 3> counts{};
  for (int i = 0; i < 10'000; ++i) ++counts[strategy.plan(weights, random)[0].member];
  return counts;
}

TEST(Plan, AsksOneAfterTheOtherWithGrowingPatience) {
  EXPECT_THAT(in_order(3, 1), ElementsAre(Step{0, 0ms}, Step{1, 250ms}, Step{2, 1000ms}));
}

TEST(Plan, AsksSeveralAtOnceAndTheNextAfterTheFirstPatience) {
  EXPECT_THAT(in_order(3, 2), ElementsAre(Step{0, 0ms}, Step{1, 0ms}, Step{2, 250ms}));
}

TEST(Plan, AsksNoMoreThanThree) {
  EXPECT_THAT(members_of(in_order(5, 1)), ElementsAre(0, 1, 2));
  EXPECT_THAT(members_of(in_order(5, 2)), ElementsAre(0, 1, 2));
}

TEST(Plan, AsksMoreThanThreeOnlyWhenAllAreAskedAtOnce) {
  EXPECT_THAT(in_order(5, 4), ElementsAre(Step{0, 0ms}, Step{1, 0ms}, Step{2, 0ms}, Step{3, 0ms}));
}

TEST(Plan, AsksNobodyTwice) {
  EXPECT_THAT(in_order(1, 1), ElementsAre(Step{0, 0ms}));
  EXPECT_THAT(in_order(1, 2), ElementsAre(Step{0, 0ms}));
  EXPECT_THAT(in_order(2, 1), ElementsAre(Step{0, 0ms}, Step{1, 250ms}));
}

TEST(DrawByWeight, NamesEveryPlaceOnce) {
  testing::SeededRandom random;
  const std::array<std::uint32_t, 4> weights{1, 100, 7, 1};
  std::vector<std::size_t> order;
  for (std::size_t draws = 0; draws <= 4; ++draws) {
    draw_by_weight(weights, draws, random, order);
    EXPECT_THAT(order, UnorderedElementsAre(0, 1, 2, 3));
  }
}

TEST(DrawByWeight, DrawsTheSecondByTheWeightsThatAreLeft) {
  testing::SeededRandom random;
  const std::array<std::uint32_t, 3> weights{100, 3, 1};
  int heavier = 0, draws = 0;
  std::vector<std::size_t> order;
  for (int i = 0; i < 10'000; ++i) {
    draw_by_weight(weights, 3, random, order);
    if (order[0] != 0) continue;
    ++draws;
    if (order[1] == 1) ++heavier;
  }
  EXPECT_NEAR(heavier / static_cast<double>(draws), 0.75, 0.02);
}

TEST(Race, DrawsByWeight) {
  Race race(2);
  const auto counts = first_places(race, {1, 2, 5});
  EXPECT_NEAR(counts[0], 1250, 150);
  EXPECT_NEAR(counts[1], 2500, 150);
  EXPECT_NEAR(counts[2], 6250, 150);
}

TEST(Race, AsksItsWidthAtOnce) {
  testing::SeededRandom random;
  const std::vector<std::uint32_t> weights{1, 1, 1, 1};
  struct Case {
    std::size_t width, at_once, asked;
  };
  for (const auto& [width, at_once, asked] : {Case{1, 1, 3}, {2, 2, 3}, {3, 3, 3}, {4, 4, 4}, {9, 4, 4}}) {
    const auto plan = Race(width).plan(weights, random);
    EXPECT_EQ(plan.size(), asked) << width;
    EXPECT_EQ(std::ranges::count(plan, Duration{}, &Step::start_after), static_cast<int>(at_once)) << width;
  }
}

TEST(Rotate, DrawsByWeightAndAsksOneFirst) {
  Rotate rotate(policy::RotateOrder::weighted_random);
  const auto counts = first_places(rotate, {1, 2, 5});
  EXPECT_NEAR(counts[0], 1250, 150);
  EXPECT_NEAR(counts[2], 6250, 150);
  testing::SeededRandom random;
  const std::vector<std::uint32_t> weights{1, 2, 5};
  EXPECT_EQ(rotate.plan(weights, random)[1].start_after, patience_first);
}

TEST(Rotate, TakesTurns) {
  Rotate rotate(policy::RotateOrder::round_robin);
  testing::SeededRandom random;
  const std::vector<std::uint32_t> weights{1, 50, 1};
  EXPECT_THAT(members_of(rotate.plan(weights, random)), ElementsAre(0, 1, 2));
  EXPECT_THAT(members_of(rotate.plan(weights, random)), ElementsAre(1, 2, 0));
  EXPECT_THAT(members_of(rotate.plan(weights, random)), ElementsAre(2, 0, 1));
  EXPECT_THAT(members_of(rotate.plan(weights, random)), ElementsAre(0, 1, 2));
}

TEST(Rotate, TakesTurnsAmongThoseThatAreLeft) {
  Rotate rotate(policy::RotateOrder::round_robin);
  testing::SeededRandom random;
  const std::vector<std::uint32_t> three{1, 1, 1}, one{1};
  rotate.plan(three, random);
  rotate.plan(three, random);
  EXPECT_THAT(members_of(rotate.plan(one, random)), ElementsAre(0));
}

TEST(MakeStrategy, MakesWhatTheGroupNames) {
  policy::GroupConfig group;
  group.strategy = policy::StrategyKind::race;
  group.width = 3;
  testing::SeededRandom random;
  const std::vector<std::uint32_t> weights{1, 1, 1};
  EXPECT_EQ(make_strategy(group)->plan(weights, random)[2].start_after, Duration{});
  group.strategy = policy::StrategyKind::rotate;
  group.order = policy::RotateOrder::round_robin;
  EXPECT_THAT(members_of(make_strategy(group)->plan(weights, random)), ElementsAre(0, 1, 2));
}

}  // namespace
}  // namespace tributary::resolver
