// Whom each strategy asks, and when.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "resolver/strategy/by_cost.hpp"
#include "resolver/strategy/consensus.hpp"
#include "resolver/strategy/failover.hpp"
#include "resolver/strategy/fastest.hpp"
#include "resolver/strategy/hedge.hpp"
#include "resolver/strategy/race.hpp"
#include "resolver/strategy/rotate.hpp"
#include "tests/unit/strategy/choices.hpp"
#include "tests/unit/strategy/seeded_random.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;
using testing::choice;
using testing::Choices;
using ::testing::ElementsAre;
using testing::first_places;
using testing::members_of;
using testing::timed;
using testing::weighted;

class StrategyTest : public ::testing::Test {
 protected:
  Plan plan(Strategy& strategy, const Choices& choices, std::string_view name = "www.example.") {
    return strategy.plan(choices, testing::question(name), random);
  }
  /// A plan that does not explore.
  Plan usual_plan(Strategy& strategy, const Choices& choices, std::size_t best) {
    for (int i = 0; i < 20; ++i)
      if (const auto made = plan(strategy, choices); made[0].member == best) return made;
    ADD_FAILURE() << "asks somebody else twenty times";
    return {};
  }
  static int asked_at_once(const Plan& plan) {
    return static_cast<int>(std::ranges::count(plan, Duration{}, &Step::after));
  }

  testing::SeededRandom random;
};

// ---- hedge

TEST_F(StrategyTest, HedgeAsksByCost) {
  auto choices = timed({30ms, 10ms, 20ms});
  choices[1].standing.hedge_delay = 15ms;
  choices[2].standing.hedge_delay = 40ms;
  Hedge hedge;
  EXPECT_THAT(usual_plan(hedge, choices, 1), ElementsAre(Step{1, 0ms}, Step{2, 15ms}, Step{0, 40ms}));
}

TEST_F(StrategyTest, HedgeCountsPenaltyLoadAndShare) {
  Hedge hedge;
  struct Case {
    const char* what;
    Standing worse;
  };
  for (const auto& [what, worse] : {Case{"penalty", {.typical_rtt = 10ms, .penalty = 4ms}},
                                    {"load", {.typical_rtt = 10ms, .in_flight = 10}},
                                    {"share", {.typical_rtt = 10ms, .share = 0.5}}}) {
    auto choices = timed({10ms, 11ms});
    choices[0].standing = worse;
    EXPECT_THAT(members_of(usual_plan(hedge, choices, 1)), ElementsAre(1, 0)) << what;
  }
}

TEST_F(StrategyTest, HedgePrefersASecondOperatorToACheaperUpstreamOfTheSame) {
  Hedge hedge;
  const Choices choices{choice(0, 10ms), choice(0, 11ms), choice(1, 90ms), choice(0, 12ms)};
  EXPECT_THAT(members_of(usual_plan(hedge, choices, 0)), ElementsAre(0, 2, 1));
}

TEST_F(StrategyTest, HedgeExploresRarelyAndAsksTheBestTogetherWithIt) {
  Hedge hedge;
  auto choices = timed({10ms, 20ms, 30ms, 40ms});
  choices[0].standing.hedge_delay = 15ms;
  std::vector<int> explored(4);
  for (int i = 0; i < 100'000; ++i) {
    const auto made = plan(hedge, choices);
    if (made[0].member == 0) continue;
    ++explored[made[0].member];
    EXPECT_EQ(made[1], (Step{0, 0ms}));
  }
  for (const int times : {explored[1], explored[2], explored[3]})
    EXPECT_NEAR(times, 100'000 / explore_one_in / 3, 60);
}

TEST_F(StrategyTest, HedgeTriesOneThatNobodyKnowsAndAsksTheBestBesideIt) {
  Hedge hedge;
  auto choices = timed({10ms, 0ms, 5ms});
  choices[2].standing.hedge_delay = 15ms;
  EXPECT_THAT(plan(hedge, choices), ElementsAre(Step{1, 0ms}, Step{2, 0ms}, Step{0, 15ms}));
}

TEST_F(StrategyTest, HedgeTriesNobodyTwiceBeforeItIsKnownHowItEnded) {
  Hedge hedge;
  auto choices = timed({10ms, 0ms});
  choices[1].standing.in_flight = 1;
  EXPECT_NEAR(first_places(hedge, choices, random)[1], 50, 30);
  choices[1].standing.in_flight = 0;
  choices[1].standing.penalty = 20ms;  // it was tried, in vain
  EXPECT_NEAR(first_places(hedge, choices, random)[1], 50, 30);
}

TEST_F(StrategyTest, HedgeSpreadsTheFirstQueriesOfAFreshGroup) {
  Hedge hedge;
  const auto counts = first_places(hedge, timed({0ms, 0ms, 0ms, 0ms}), random);
  for (const int count : counts) EXPECT_NEAR(count, 2500, 200);

  auto busy = timed({0ms, 0ms});
  busy[0].standing.in_flight = 1;
  EXPECT_LT(first_places(hedge, busy, random)[0], 200);
}

TEST_F(StrategyTest, HedgeKeepsToTheShareOfOneThatHasJustComeBack) {
  Hedge hedge;
  auto choices = timed({10ms, 60ms});
  choices[0].standing.share = 0.3;
  EXPECT_NEAR(first_places(hedge, choices, random)[0], 3000, 200);
}

TEST_F(StrategyTest, HedgeTurnsToOneThatHasJustComeBackWhenTheOthersAreInTrouble) {
  Hedge hedge;
  auto choices = timed({30ms, 10ms, 20ms});
  choices[0].standing.share = 0.1;
  choices[1].standing.penalty = choices[2].standing.penalty = 24ms;
  EXPECT_GT(first_places(hedge, choices, random)[0], 9800);
  choices[2].standing.penalty = 4ms;
  EXPECT_LT(first_places(hedge, choices, random)[0], 200) << "somebody is well";
}

TEST_F(StrategyTest, RotateTurnsToOneThatHasJustComeBackWhenTheOthersAreInTrouble) {
  Rotate rotate(policy::RotateOrder::weighted_random);
  auto choices = timed({10ms, 10ms});
  choices[0].standing.share = 0.1;
  EXPECT_NEAR(first_places(rotate, choices, random)[0], 500, 200);
  choices[1].standing.penalty = 12ms;
  EXPECT_NEAR(first_places(rotate, choices, random)[0], 5000, 300);
}

TEST_F(StrategyTest, HedgeAsksTheOnlyOne) {
  Hedge hedge;
  for (int i = 0; i < 1000; ++i) ASSERT_THAT(plan(hedge, timed({10ms})), ElementsAre(Step{0, 0ms}));
}

/// Replies of a healthy group whose hedge delays are true 95th percentiles: what is asked besides the first.
TEST_F(StrategyTest, HedgeCostsAHealthyGroupNoMoreThanSixExtraQueriesInAHundred) {
  Hedge hedge;
  // Times between one and two medians, of which 95 in 100 are below 1.95.
  auto choices = timed({20ms, 30ms, 40ms, 60ms});
  for (auto& each : choices) each.standing.hedge_delay = each.standing.typical_rtt * 195 / 100;
  constexpr int queries = 100'000;
  int extra = 0;
  for (int i = 0; i < queries; ++i) {
    const auto made = plan(hedge, choices);
    double answered = 1e9, starts = 0;  // in ms
    for (const auto& [member, after, why] : made) {
      starts += std::chrono::duration<double, std::milli>(after).count();
      if (starts >= answered) break;
      if (starts > 0) ++extra;
      const auto median = std::chrono::duration<double, std::milli>(choices[member].standing.typical_rtt);
      answered = std::min(answered, starts + median.count() * (1 + random.unit()));
    }
  }
  EXPECT_LE(extra, queries * 6 / 100);
  EXPECT_GE(extra, queries * 4 / 100);
}

// ---- fastest

TEST_F(StrategyTest, FastestAsksTheNextOnlyWhenTheBestIsLongOverdue) {
  Fastest fastest;
  auto choices = timed({10ms, 20ms, 30ms});
  choices[0].standing.hedge_delay = 15ms;
  choices[1].standing.hedge_delay = 80ms;
  EXPECT_THAT(usual_plan(fastest, choices, 0), ElementsAre(Step{0, 0ms}, Step{1, 100ms}, Step{2, 160ms}));
}

TEST_F(StrategyTest, FastestExploresAndAsksTheBestTogetherWithIt) {
  Fastest fastest;
  auto choices = timed({10ms, 0ms});
  choices[0].standing.hedge_delay = 15ms;
  EXPECT_THAT(plan(fastest, choices), ElementsAre(Step{1, 0ms}, Step{0, 0ms}));
}

// ---- failover

TEST_F(StrategyTest, FailoverKeepsTheOrderWhateverTheCost) {
  Failover failover;
  auto choices = timed({300ms, 10ms, 20ms, 30ms});
  choices[1].operator_number = choices[0].operator_number;
  choices[1].standing.hedge_delay = 15ms;
  EXPECT_THAT(plan(failover, choices), ElementsAre(Step{0, 0ms}, Step{1, 250ms}, Step{2, 250ms}));
}

TEST_F(StrategyTest, FailoverWaitsForASlowFirstAsLongAsItUsuallyTakes) {
  Failover failover;
  auto choices = timed({300ms, 10ms});
  choices[0].standing.hedge_delay = 400ms;
  EXPECT_EQ(plan(failover, choices)[1], (Step{1, 400ms}));
}

// ---- race

TEST_F(StrategyTest, RaceDrawsByWeight) {
  Race race(2);
  const auto counts = first_places(race, weighted({1, 2, 5}), random);
  EXPECT_NEAR(counts[0], 1250, 150);
  EXPECT_NEAR(counts[1], 2500, 150);
  EXPECT_NEAR(counts[2], 6250, 150);
}

TEST_F(StrategyTest, RaceAsksItsWidthAtOnce) {
  struct Case {
    std::size_t width;
    int at_once;
    std::size_t asked;
  };
  for (const auto& [width, at_once, asked] : {Case{1, 1, 3}, {2, 2, 3}, {3, 3, 3}, {4, 4, 4}, {9, 4, 4}}) {
    Race race(width);
    const auto made = plan(race, weighted({1, 1, 1, 1}));
    EXPECT_EQ(made.size(), asked) << width;
    EXPECT_EQ(asked_at_once(made), at_once) << width;
  }
}

TEST_F(StrategyTest, RaceAsksDistinctOperators) {
  Race race(2);
  const Choices choices{choice(0), choice(0), choice(0), choice(1)};
  for (int i = 0; i < 100; ++i) {
    const auto made = plan(race, choices);
    EXPECT_NE(choices[made[0].member].operator_number, choices[made[1].member].operator_number);
  }
}

// ---- rotate

TEST_F(StrategyTest, RotateDrawsByWeightAndAsksOneFirst) {
  Rotate rotate(policy::RotateOrder::weighted_random);
  const auto counts = first_places(rotate, weighted({1, 2, 5}), random);
  EXPECT_NEAR(counts[0], 1250, 150);
  EXPECT_NEAR(counts[2], 6250, 150);
  EXPECT_EQ(plan(rotate, weighted({1, 2, 5}))[1].after, Standing().hedge_delay);
}

TEST_F(StrategyTest, NobodyWaitsForOneThatIsLate) {
  Race race(2);
  const auto choices = timed({1s, 20ms, 20ms, 20ms});
  for (const auto order : {policy::RotateOrder::weighted_random, policy::RotateOrder::round_robin}) {
    Rotate rotate(order);
    for (int i = 0; i < 20; ++i) {
      const auto rotated = plan(rotate, choices);
      EXPECT_EQ(asked_at_once(rotated), rotated[0].member == 0 ? 2 : 1);
      const auto raced = plan(race, choices);
      EXPECT_EQ(asked_at_once(raced), raced[0].member == 0 || raced[1].member == 0 ? 3 : 2);
    }
  }
}

TEST_F(StrategyTest, RotateTakesTurns) {
  Rotate rotate(policy::RotateOrder::round_robin);
  const auto three = weighted({1, 50, 1});
  EXPECT_THAT(members_of(plan(rotate, three)), ElementsAre(0, 1, 2));
  EXPECT_THAT(members_of(plan(rotate, three)), ElementsAre(1, 2, 0));
  EXPECT_THAT(members_of(plan(rotate, three)), ElementsAre(2, 0, 1));
  EXPECT_THAT(members_of(plan(rotate, three)), ElementsAre(0, 1, 2));
  EXPECT_THAT(members_of(plan(rotate, weighted({1}))), ElementsAre(0)) << "those that are left";
}

std::string domain(int number) {
  return "d" + std::to_string(number) + ".example.";
}

TEST_F(StrategyTest, HashKeepsTheNamesOfADomainTogether) {
  Rotate rotate(policy::RotateOrder::hash);
  const auto choices = weighted({1, 1, 1, 1});
  for (int i = 0; i < 100; ++i) {
    const auto here = members_of(plan(rotate, choices, domain(i)));
    EXPECT_EQ(members_of(plan(rotate, choices, "www." + domain(i))), here);
    EXPECT_EQ(members_of(plan(rotate, choices, "A.b.WWW." + domain(i))), here);
  }
}

TEST_F(StrategyTest, HashSpreadsDomainsByWeight) {
  Rotate rotate(policy::RotateOrder::hash);
  std::vector<int> counts(3);
  for (int i = 0; i < 10'000; ++i) ++counts[plan(rotate, weighted({1, 2, 5}), domain(i))[0].member];
  EXPECT_NEAR(counts[0], 1250, 200);
  EXPECT_NEAR(counts[1], 2500, 200);
  EXPECT_NEAR(counts[2], 6250, 200);
}

TEST_F(StrategyTest, HashMovesOnlyTheDomainsOfTheOneThatGoes) {
  Rotate rotate(policy::RotateOrder::hash);
  const auto all = weighted({1, 2, 3, 2});
  auto left = all;
  left.erase(left.begin() + 1);
  for (int i = 0; i < 2000; ++i) {
    const auto before = members_of(plan(rotate, all, domain(i)));
    const auto now = plan(rotate, left, domain(i))[0].member;
    const auto place = now < 1 ? now : now + 1;  // as it was
    EXPECT_EQ(place, before[0] == 1 ? before[1] : before[0]) << domain(i);
  }
}

TEST_F(StrategyTest, HashGivesAReturningUpstreamItsDomainsBackByAndBy) {
  Rotate rotate(policy::RotateOrder::hash);
  const auto full = weighted({1, 1, 1});
  auto ramping = full;
  ramping[0].standing.share = 0.1;
  int has = 0;
  for (int i = 0; i < 10'000; ++i) {
    const auto now = plan(rotate, ramping, domain(i))[0].member;
    if (now != 0) continue;
    ++has;
    EXPECT_EQ(plan(rotate, full, domain(i))[0].member, 0u) << "only what is its own";
  }
  EXPECT_NEAR(has, 10'000 * 0.1 / 2.1, 100);
}

// ---- consensus

TEST_F(StrategyTest, ConsensusAsksItsWidthOfDistinctOperatorsAtOnce) {
  Consensus consensus(3);
  const Choices choices{choice(0), choice(0), choice(1), choice(1), choice(2)};
  for (int i = 0; i < 100; ++i) {
    const auto made = plan(consensus, choices);
    ASSERT_EQ(asked_at_once(made), 3);
    std::vector<std::uint32_t> operators;
    for (const auto& step : made) operators.push_back(choices[step.member].operator_number);
    EXPECT_THAT(operators, ::testing::UnorderedElementsAre(0, 1, 2));
  }
}

TEST_F(StrategyTest, ConsensusAsksTheOthersLater) {
  Consensus consensus(2);
  const auto made = plan(consensus, weighted({1, 1, 1}));
  EXPECT_EQ(asked_at_once(made), 2);
  EXPECT_EQ(made[2].after, Standing().hedge_delay);
}

// ---- all

TEST_F(StrategyTest, ThatIsNamedIsMade) {
  using policy::StrategyKind;
  policy::GroupConfig group;
  group.width = 3;
  group.order = policy::RotateOrder::round_robin;
  const auto make = [&](StrategyKind kind) {
    group.strategy = kind;
    return make_strategy(group);
  };
  const auto is = [&]<typename Wanted>(StrategyKind kind, std::type_identity<Wanted>) {
    return dynamic_cast<Wanted*>(make(kind).get()) != nullptr;
  };
  EXPECT_TRUE(is(StrategyKind::hedge, std::type_identity<Hedge>()));
  EXPECT_TRUE(is(StrategyKind::race, std::type_identity<Race>()));
  EXPECT_TRUE(is(StrategyKind::rotate, std::type_identity<Rotate>()));
  EXPECT_TRUE(is(StrategyKind::failover, std::type_identity<Failover>()));
  EXPECT_TRUE(is(StrategyKind::fastest, std::type_identity<Fastest>()));
  EXPECT_TRUE(is(StrategyKind::consensus, std::type_identity<Consensus>()));
  const auto three = weighted({1, 1, 1});
  for (const auto kind : {StrategyKind::race, StrategyKind::consensus})
    EXPECT_EQ(asked_at_once(plan(*make(kind), three)), 3);
  EXPECT_THAT(members_of(plan(*make(StrategyKind::rotate), three)), ElementsAre(0, 1, 2));
}

TEST_F(StrategyTest, NobodyIsAskedTwiceAndNoMoreThanThreeOneAfterTheOther) {
  policy::GroupConfig group;
  for (int kind = 0; kind <= static_cast<int>(policy::StrategyKind::consensus); ++kind) {
    group.strategy = static_cast<policy::StrategyKind>(kind);
    const auto strategy = make_strategy(group);
    for (std::size_t members = 1; members < 6; ++members) {
      auto asked = members_of(plan(*strategy, weighted(std::vector<std::uint32_t>(members, 1))));
      EXPECT_EQ(asked.size(), std::min<std::size_t>(members, 3));
      std::ranges::sort(asked);
      EXPECT_EQ(std::ranges::adjacent_find(asked), asked.end());
      EXPECT_LT(asked.back(), members);
    }
  }
}

}  // namespace
}  // namespace tributary::resolver
