// What explaining a question does, and what it leaves alone.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/explain/explain_fixture.hpp"

namespace tributary::explain::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::Field;
using ::testing::SizeIs;

const std::vector<std::string> www{"www.example. 300 IN A 192.0.2.1"};

TEST_F(ExplainTest, JoinsNobodyAndIsJoinedByNobody) {
  auto& upstream = add("one", says(10ms, www));
  const auto first = begin_to_explain("www.example.");
  const auto second = begin_to_explain("www.example.");
  wait_for(first);
  wait_for(second);
  EXPECT_EQ(*upstream.asked, 2u);
}

TEST_F(ExplainTest, WhatComesOfItIsKept) {
  auto& upstream = add("one", says(10ms, www));
  explain("www.example.");
  EXPECT_EQ(explain("www.example.").answer.source, "cache");
  EXPECT_EQ(*upstream.asked, 1u);
}

TEST_F(ExplainTest, FreshAsksWhateverTheCacheHas) {
  auto& upstream = add("one", says(10ms, www));
  explain("www.example.");
  const auto again = explain("www.example.", dns::Type::A, {.fresh = true});
  EXPECT_EQ(again.answer.source, "upstream");
  EXPECT_TRUE(again.steps.front().cache->skipped);
  EXPECT_EQ(*upstream.asked, 2u);
}

TEST_F(ExplainTest, FreshAsksAgainWhatFailedAMomentAgo) {
  auto& upstream = add("one", replies(10ms, dns::Rcode::SERVFAIL));
  explain("www.example.");
  explain("www.example.", dns::Type::A, {.fresh = true});
  EXPECT_EQ(*upstream.asked, 2u);
}

TEST_F(ExplainTest, AnotherStrategyForThisQuestionAlone) {
  add("one", says(10ms, www));
  auto& second = add("two", says(20ms, www));
  explain("www.example.", dns::Type::A, {.strategy = policy::StrategyKind::race});
  EXPECT_EQ(*second.asked, 1u);
  explain("www.example.", dns::Type::A, {.fresh = true});
  EXPECT_EQ(*second.asked, 1u);
}

TEST_F(ExplainTest, WaitsForLosersButNotForEver) {
  group.strategy = policy::StrategyKind::race;
  add("one", says(10ms, www));
  add("two", silent());
  const auto explanation = explain("www.example.");
  EXPECT_EQ(explanation.answered, 10ms);
  EXPECT_EQ(explanation.total, 2s);
  EXPECT_THAT(explanation.steps.front().attempts, Contains(Field(&Attempt::fate, Fate::failed)));
}

TEST_F(ExplainTest, EachAttemptHasAReasonAndEndsSomehow) {
  group.strategy = policy::StrategyKind::race;
  for (const auto* name : {"one", "two", "three", "four"}) add(name, says(10ms, www));
  const auto explanation = explain("www.example.");
  ASSERT_THAT(explanation.steps.front().attempts, SizeIs(4));
  for (const auto& attempt : explanation.steps.front().attempts) {
    EXPECT_NE(attempt.reason, "");
    EXPECT_NE(attempt.why, "");
    EXPECT_NE(attempt.fate, Fate::in_flight);
  }
}

TEST_F(ExplainTest, AClientsQuestionHasNoTrace) {
  EXPECT_EQ(resolver::Query{}.trace, nullptr);
  EXPECT_EQ(dnssec::begin_effort({}, Deadline(Instant::max()))->trace, nullptr);
}

TEST_F(ExplainTest, RefusesWhatEverybodyIsRefused) {
  add("one", says(10ms, www));
  EXPECT_EQ(explain("www.example.", dns::Type::AXFR).answer.source, "policy");
}

TEST_F(ExplainTest, AHitShowsTheChainAsFarAsItIsKnown) {
  validate();
  add("one", knows_world(10ms));
  const auto asked = explain("www.signed.example.");
  const auto hit = explain("www.signed.example.");
  ASSERT_THAT(hit.steps.front().chain, SizeIs(3));
  EXPECT_EQ(hit.steps.front().chain.back().keys, asked.steps.front().chain.back().keys);
}

}  // namespace
}  // namespace tributary::explain::testing
