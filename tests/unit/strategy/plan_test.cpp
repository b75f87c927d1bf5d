// What plans are made with.

#include "resolver/strategy/plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/strategy/choices.hpp"
#include "tests/unit/strategy/seeded_random.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using testing::members_of;
using ::testing::UnorderedElementsAre;

/// Members with the hedge delays 10, 20, 30 ... ms, asked as they stand.
Plan plan_of(std::size_t count, std::size_t at_once) {
  auto choices = testing::weighted(std::vector<std::uint32_t>(count, 1));
  for (std::size_t i = 0; i < count; ++i) choices[i].standing.hedge_delay = (i + 1) * 10ms;
  Order order;
  list_places(count, order);
  return in_turn(choices, order, at_once);
}

TEST(Plan, WaitsForEachAsLongAsItsHedgeDelay) {
  EXPECT_THAT(plan_of(3, 1), ElementsAre(Step{0, 0ms}, Step{1, 10ms}, Step{2, 20ms}));
}

TEST(Plan, AsksSeveralAtOnceAndTheNextAfterTheDelayOfTheLast) {
  EXPECT_THAT(plan_of(3, 2), ElementsAre(Step{0, 0ms}, Step{1, 0ms}, Step{2, 20ms}));
}

TEST(Plan, AsksNoMoreThanThree) {
  EXPECT_THAT(members_of(plan_of(5, 1)), ElementsAre(0, 1, 2));
  EXPECT_THAT(members_of(plan_of(5, 2)), ElementsAre(0, 1, 2));
}

TEST(Plan, AsksMoreThanThreeOnlyWhenAllAreAskedAtOnce) {
  EXPECT_THAT(plan_of(5, 4), ElementsAre(Step{0, 0ms}, Step{1, 0ms}, Step{2, 0ms}, Step{3, 0ms}));
}

TEST(Plan, AsksNobodyTwice) {
  EXPECT_THAT(plan_of(1, 1), ElementsAre(Step{0, 0ms}));
  EXPECT_THAT(plan_of(1, 2), ElementsAre(Step{0, 0ms}));
  EXPECT_THAT(plan_of(2, 1), ElementsAre(Step{0, 0ms}, Step{1, 10ms}));
}

TEST(DrawByWeight, NamesEveryPlaceOnce) {
  testing::SeededRandom random;
  Order order;
  for (int i = 0; i < 100; ++i) {
    draw_by_weight(testing::weighted({1, 100, 7, 1}), random, order);
    EXPECT_THAT(order, UnorderedElementsAre(0, 1, 2, 3));
  }
}

TEST(DrawByWeight, DrawsTheSecondByTheWeightsThatAreLeft) {
  testing::SeededRandom random;
  int heavier = 0, draws = 0;
  Order order;
  for (int i = 0; i < 10'000; ++i) {
    draw_by_weight(testing::weighted({100, 3, 1}), random, order);
    if (order[0] != 0) continue;
    ++draws;
    if (order[1] == 1) ++heavier;
  }
  EXPECT_NEAR(heavier / static_cast<double>(draws), 0.75, 0.02);
}

TEST(DrawByWeight, WhoHasASmallShareIsDrawnLess) {
  testing::SeededRandom random;
  auto choices = testing::weighted({1, 1});
  choices[1].standing.share = 0.25;
  int first = 0;
  Order order;
  for (int i = 0; i < 10'000; ++i) {
    draw_by_weight(choices, random, order);
    if (order[0] == 1) ++first;
  }
  EXPECT_NEAR(first, 1250, 150);
}

TEST(DrawByWeight, AShareIsOneOfWhatItUsuallyGetsHoweverManyAreAsked) {
  testing::SeededRandom random;
  auto choices = testing::weighted({1, 1, 1, 1});
  choices[3].standing.share = 0.1;
  int among_two = 0;
  Order order;
  for (int i = 0; i < 10'000; ++i) {
    draw_by_weight(choices, random, order);
    if (order[0] == 3 || order[1] == 3) ++among_two;
  }
  EXPECT_NEAR(among_two, 500, 100);
}

TEST(DrawByWeight, WhenAllHaveASmallShareOneIsDrawnAllTheSame) {
  testing::SeededRandom random;
  auto choices = testing::weighted({1, 3});
  for (auto& choice : choices) choice.standing.share = 0.1;
  int heavier = 0;
  Order order;
  for (int i = 0; i < 10'000; ++i) {
    draw_by_weight(choices, random, order);
    if (order[0] == 1) ++heavier;
  }
  // Of 100 draws 81 have none that takes part, 9 the heavier alone, 9 the lighter alone, 1 both.
  EXPECT_NEAR(heavier, 10'000 * (0.82 * 0.75 + 0.09), 200);
}

TEST(BesideTheLate, OneMoreForEachThatWouldNotAnswerInTime) {
  struct Case {
    std::vector<testing::Milliseconds> typical;
    std::size_t at_once, asked;
  };
  for (const auto& [typical, at_once, asked] : {Case{{20ms, 1s, 20ms}, 1, 1},
                                                {{1s, 20ms, 20ms}, 1, 2},
                                                {{1s, 20ms, 1s, 20ms}, 2, 3},
                                                {{1s, 1s, 20ms}, 2, 4},
                                                {{250ms, 20ms}, 1, 1},
                                                {{600ms, 600ms, 600ms}, 1, 1},
                                                {{0ms, 20ms}, 1, 1}}) {
    const auto choices = testing::timed(typical);
    Order order;
    list_places(choices.size(), order);
    EXPECT_EQ(beside_the_late(choices, order, at_once), asked);
  }
}

TEST(DistinctOperatorsFirst, KeepsTheOrderOtherwise) {
  const auto places = [](const std::vector<std::uint32_t>& operators, std::size_t count) {
    testing::Choices choices;
    for (const auto number : operators) choices.push_back(testing::choice(number));
    Order order;
    list_places(choices.size(), order);
    distinct_operators_first(choices, count, order);
    return order;
  };
  EXPECT_THAT(places({0, 1, 2}, 3), ElementsAre(0, 1, 2));
  EXPECT_THAT(places({0, 0, 2}, 3), ElementsAre(0, 2, 1));
  EXPECT_THAT(places({0, 0, 0}, 3), ElementsAre(0, 1, 2));
  EXPECT_THAT(places({0, 0, 2, 2, 4}, 3), ElementsAre(0, 2, 4, 1, 3));
  EXPECT_THAT(places({0, 0, 2, 2, 4}, 2), ElementsAre(0, 2, 1, 3, 4));
  EXPECT_THAT(places({}, 3), ElementsAre());
}

}  // namespace
}  // namespace tributary::resolver
