// What is learnt from those that do not win, before the verdict and after it.

#include "resolver/strategy/losers.hpp"

#include "tests/unit/strategy/group_fixture.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;

class LosersTest : public GroupTest {};

TEST_F(LosersTest, LosersFinishAfterTheQueryAndAreCounted) {
  auto& winner = add(right(10ms));
  auto& slow = add(right(700ms));
  auto& dead = add(silent());
  EXPECT_EQ(ask(*racing(3)).after, 10ms);
  EXPECT_EQ(slow.health.counters().replies, 0u);
  advance(700ms);
  EXPECT_EQ(slow.health.counters().replies, 1u);
  EXPECT_EQ(slow.health.counters().wins, 0u);
  advance(attempt_timeout);
  EXPECT_EQ(dead.health.counters().failures[static_cast<std::size_t>(Failure::Kind::timeout)], 1u);
  EXPECT_EQ(winner.health.counters().wins, 1u);
}

TEST_F(LosersTest, WhoRepliesAndDoesNotWinHasLost) {
  auto& early = add(replies(5ms, dns::Rcode::SERVFAIL));
  auto& winner = add(right(10ms));
  auto& late = add(right(700ms));
  auto& dead = add(silent());
  ask(*racing(4));
  EXPECT_EQ(early.health.counters().losses, 1u);
  EXPECT_EQ(late.health.counters().losses, 0u);
  advance(700ms);
  advance(attempt_timeout);
  EXPECT_EQ(late.health.counters().losses, 1u);
  EXPECT_EQ(winner.health.counters().losses, 0u);
  EXPECT_EQ(dead.health.counters().losses, 0u);
}

TEST_F(LosersTest, NobodyLosesWhereNobodyWins) {
  auto& first = add(replies(5ms, dns::Rcode::SERVFAIL));
  auto& second = add(replies(10ms, dns::Rcode::SERVFAIL));
  ask(*racing(2));
  EXPECT_EQ(first.health.counters().losses, 0u);
  EXPECT_EQ(second.health.counters().losses, 0u);
}

TEST_F(LosersTest, LosersOutliveTheGroup) {
  add(right(10ms));
  auto& slow = add(right(700ms));
  ask(*racing(2));
  advance(700ms);
  EXPECT_EQ(slow.health.counters().replies, 1u);
}

TEST_F(LosersTest, WhoContradictsTheWinnerIsCountedBeforeAndAfterTheVerdict) {
  auto& early = add(denies(5ms));
  add(right(10ms));
  auto& agreeing = add(right(15ms, "192.0.2.9"));
  auto& late = add(right(700ms, "198.51.100.1"));
  ask(*racing(4));
  advance(700ms);
  EXPECT_EQ(early.health.counters().disagreements, 1u);
  EXPECT_EQ(agreeing.health.counters().disagreements, 0u);
  EXPECT_EQ(late.health.counters().disagreements, 1u);
  for (const auto& source : sources) EXPECT_EQ(source.health.counters().outdone, 0u);
}

TEST_F(LosersTest, WhoCannotAnswerWhatAnotherCanIsCountedBeforeAndAfterTheVerdict) {
  auto& early = add(replies(5ms, dns::Rcode::SERVFAIL));
  auto& winner = add(right(10ms));
  auto& late = add(replies(700ms, dns::Rcode::REFUSED));
  auto& silent_one = add(silent());
  ask(*racing(4));
  advance(700ms);
  advance(attempt_timeout);
  EXPECT_EQ(early.health.counters().outdone, 1u);
  EXPECT_EQ(late.health.counters().outdone, 1u);
  EXPECT_EQ(winner.health.counters().outdone, 0u);
  EXPECT_EQ(silent_one.health.counters().outdone, 0u);
}

TEST_F(LosersTest, NobodyIsOutdoneByAnUpstreamThatCannotAnswerWellItself) {
  auto& first = add(replies(5ms, dns::Rcode::SERVFAIL));
  add(replies(10ms, dns::Rcode::NOERROR));
  EXPECT_TRUE(ask(*racing(2)).result);
  EXPECT_EQ(first.health.counters().outdone, 0u);
}

TEST_F(LosersTest, WhoFindsItBogusAfterTheVerdictDisagreesAndIsNotOutdone) {
  add(right(5ms));
  auto& validating = add(claims_bogus(10ms));
  EXPECT_TRUE(ask(*racing(2)).result);
  advance(10ms);
  EXPECT_EQ(validating.health.counters().outdone, 0u);
  EXPECT_EQ(validating.health.counters().disagreements, 1u);
}

TEST_F(LosersTest, NobodyIsOutdoneWhenNobodyCouldAnswer) {
  auto& first = add(replies(5ms, dns::Rcode::SERVFAIL));
  auto& second = add(replies(10ms, dns::Rcode::SERVFAIL));
  EXPECT_FALSE(ask(*racing(2)).result);
  EXPECT_EQ(first.health.counters().outdone + second.health.counters().outdone, 0u);
}

}  // namespace
}  // namespace tributary::resolver
