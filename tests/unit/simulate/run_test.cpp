#include "bench/simulate/run.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace tributary::simulate {
namespace {

const Model& model(std::string_view name) {
  return *std::ranges::find(models(), name, [](const Model& each) { return std::string_view(each.name); });
}

Figures figures(std::string_view scenario, std::string_view model_name) {
  return simulate({find_scenario(scenario), &model(model_name), 50, 6000, 1});
}

TEST(Simulation, AnswersEveryQueryWhenNothingIsWrong) {
  for (const auto& each : models()) {
    const auto seen = figures("healthy", each.name);
    EXPECT_GT(seen.asked, 5000U) << each.name;
    EXPECT_EQ(seen.failed + seen.wrong, 0U) << each.name;
    EXPECT_EQ(seen.latency[Figures::during].count, seen.asked) << each.name;
  }
}

TEST(Simulation, TellsBeforeDuringAndAfterAFaultApart) {
  const auto seen = figures("grey", "oracle");
  EXPECT_LT(seen.latency[Figures::before].p50, 20);
  EXPECT_GT(seen.latency[Figures::during].p50, 1000);
  EXPECT_LT(seen.latency[Figures::after].p50, 20);
}

TEST(Simulation, CountsWhatIsSent) {
  EXPECT_EQ(figures("healthy", "all-at-once").sent, 4 * figures("healthy", "all-at-once").all_asked);
}

TEST(Simulation, SeesThatABreakerOpensAndCloses) {
  const auto seen = figures("black-hole", "race");
  ASSERT_FALSE(seen.ejections.empty());
  EXPECT_TRUE(seen.ejections.front().ejected);
  EXPECT_EQ(seen.ejections.front().upstream, 0U);
  EXPECT_GE(seen.ejections.front().at, seen.window.from);
  EXPECT_FALSE(seen.ejections.back().ejected);
  EXPECT_GE(seen.ejections.back().at, seen.window.until);
}

TEST(Simulation, DoesNotCountNamesOfADeadZoneAsFailed) {
  const auto seen = figures("dead-zone", "all-at-once");
  EXPECT_EQ(seen.failed, 0U);
  EXPECT_LT(seen.asked, seen.all_asked);
}

TEST(Simulation, ALiarMakesTheFirstReplyWrong) {
  EXPECT_GT(figures("nxdomain", "all-at-once").wrong, 1000U);
}

TEST(Simulation, SeesTheFirstAnswerAfterAnOutage) {
  const auto seen = figures("link-refused", "all-at-once");
  EXPECT_GT(seen.failed, 1000U);
  ASSERT_TRUE(seen.first_fresh);
  EXPECT_LT(*seen.first_fresh, std::chrono::seconds(1));
}

}  // namespace
}  // namespace tributary::simulate
