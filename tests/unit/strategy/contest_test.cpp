// Who wins of several upstreams, who is asked when, and how a query ends that nobody answers.

#include "resolver/strategy/contest.hpp"

#include "tests/unit/strategy/group_fixture.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;
using testing::Lines;
using testing::StubUpstream;

class ContestTest : public GroupTest {
 protected:
  const Lines right_answer{"www.example. 300 IN A 192.0.2.1"};

  /// Starts one query without a group: asks all, `at_once` of them at the start, each for as long as it
  /// takes.
  void start_contest(std::size_t at_once, bool uniform = true) {
    participants = members();
    Order order;
    list_places(sources.size(), order);
    const std::vector<Choice> choices(sources.size());
    const Contest::Rules rules{{uniform}, judge,  1h,
                               "test",    budget, std::make_shared<DisagreementLog>("test")};
    nursery.start(keep(this, Contest::run(testing::query("www.example."), participants,
                                          in_turn(choices, order, at_once), rules,
                                          Deadline(clock.now() + query_timeout), tools)),
                  "a query");
    poll();
  }

  std::vector<Group::Member> participants;
  Budget budget;
};

TEST_F(ContestTest, TheRightAnswerWins) {
  auto& source = add(right(20ms));
  const auto ended = ask(*rotating());
  EXPECT_EQ(answer_in(ended), right_answer);
  EXPECT_EQ(ended.after, 20ms);
  EXPECT_EQ(source.health.counters().wins, 1u);
  EXPECT_EQ(source.health.counters().replies, 1u);
}

TEST_F(ContestTest, TheFastestRightAnswerOfARaceWins) {
  add(right(90ms, "192.0.2.9"));
  add(right(20ms));
  const auto ended = ask(*racing(2));
  EXPECT_EQ(answer_in(ended), right_answer);
  EXPECT_EQ(ended.after, 20ms);
}

TEST_F(ContestTest, AFastErrorNeverWinsOverASlowRightAnswer) {
  for (const auto rcode :
       {dns::Rcode::SERVFAIL, dns::Rcode::REFUSED, dns::Rcode::FORMERR, dns::Rcode::NOTIMP}) {
    sources.clear();
    add(replies(0ms, rcode));
    add(right(900ms));
    EXPECT_EQ(answer_in(ask(*racing(2))), right_answer) << dns::to_text(rcode);
  }
}

TEST_F(ContestTest, OfADeadAFailingAndARightUpstreamTheRightOneAlwaysWins) {
  add(silent());
  add(replies(1ms, dns::Rcode::SERVFAIL));
  add(right(30ms));
  const auto group = racing(2);
  int won = 0;
  for (int i = 0; i < 1000; ++i)
    if (answer_in(ask(*group, 5ms)) == right_answer) ++won;
  EXPECT_EQ(won, 1000);
}

TEST_F(ContestTest, AFastDenialWaitsForTheOthersOfADistinctGroup) {
  config.uniform = false;
  add(denies(1ms), "one");
  add(right(390ms), "two");
  EXPECT_EQ(answer_in(ask(*racing(2))), right_answer);
}

TEST_F(ContestTest, AFastDenialOfADistinctGroupWinsAfterItsHold) {
  config.uniform = false;
  add(denies(10ms), "one");
  add(right(900ms), "two");
  const auto ended = ask(*racing(2));
  ASSERT_TRUE(ended.result);
  EXPECT_EQ(ended.result->answer->rcode(), dns::Rcode::NXDOMAIN);
  EXPECT_EQ(ended.after, 410ms);
}

TEST_F(ContestTest, ADenialOfADistinctGroupMakesTheNextBeAskedAtOnce) {
  config.uniform = false;
  add(denies(10ms), "one");
  add(right(20ms), "two");
  const auto ended = ask(*rotating());
  EXPECT_EQ(answer_in(ended), right_answer);
  EXPECT_EQ(ended.after, 30ms);
}

TEST_F(ContestTest, TwoOperatorsThatDenyNeedNotWait) {
  config.uniform = false;
  add(denies(10ms), "one");
  add(denies(20ms), "two");
  add(silent(), "three");
  EXPECT_EQ(ask(*racing(3)).after, 20ms);
}

TEST_F(ContestTest, TwoUpstreamsOfOneOperatorAreOneVoice) {
  config.uniform = false;
  add(denies(10ms), "one");
  add(denies(20ms), "one");
  add(silent(), "three");
  EXPECT_EQ(ask(*racing(3)).after, 410ms);
}

TEST_F(ContestTest, ADenialOfAnInterchangeableGroupWinsAtOnceWhenNothingIsInFlight) {
  add(denies(10ms));
  auto& second = add(right(1ms));
  const auto ended = ask(*rotating());
  ASSERT_TRUE(ended.result);
  EXPECT_EQ(ended.result->answer->rcode(), dns::Rcode::NXDOMAIN);
  EXPECT_EQ(ended.after, 10ms);
  EXPECT_EQ(*second.asked, 0u);
}

TEST_F(ContestTest, AWeakReplyMakesTheNextBeAskedAtOnce) {
  add(replies(10ms, dns::Rcode::NXDOMAIN));
  add(right(20ms));
  const auto ended = ask(*rotating());
  EXPECT_EQ(answer_in(ended), right_answer);
  EXPECT_EQ(ended.after, 30ms);
}

TEST_F(ContestTest, AnErrorMakesTheNextBeAskedAtOnce) {
  const Behaviour bad[] = {replies(10ms, dns::Rcode::SERVFAIL), replies(10ms, dns::Rcode::REFUSED),
                           fails(10ms), fails(10ms, Failure::Kind::rate_limited)};
  for (const auto& behaviour : bad) {
    sources.clear();
    add(behaviour);
    add(right(20ms));
    const auto ended = ask(*rotating());
    EXPECT_EQ(answer_in(ended), right_answer);
    EXPECT_EQ(ended.after, 30ms);
  }
}

TEST_F(ContestTest, AFailureAtOnceMakesTheNextBeAskedAtOnce) {
  add(fails(0ms));
  add(fails(0ms));
  add(right(0ms));
  const auto ended = ask(*rotating());
  EXPECT_EQ(answer_in(ended), right_answer);
  EXPECT_LE(ended.after, 1ms);
}

TEST_F(ContestTest, SilenceMakesTheNextBeAskedAfterTheHedgeDelay) {
  add(silent());
  auto& second = add(silent());
  auto& third = add(right(20ms));
  const auto group = rotating();
  start(*group);
  advance(99ms);
  EXPECT_EQ(*second.asked, 0u);
  advance(1ms);
  EXPECT_EQ(*second.asked, 1u);
  advance(99ms);
  EXPECT_EQ(*third.asked, 0u);
  advance(1ms);
  EXPECT_EQ(*third.asked, 1u);
  advance(20ms);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(answer_in(*outcome), right_answer);
}

TEST_F(ContestTest, TheDelayOfASuccessorBeginsWhenItIsAsked) {
  add(fails(10ms));
  auto& second = add(silent());
  auto& third = add(right(20ms));
  const auto group = rotating();
  start(*group);
  advance(10ms);
  ASSERT_EQ(*second.asked, 1u);
  advance(99ms);
  EXPECT_EQ(*third.asked, 0u);
  advance(1ms);
  EXPECT_EQ(*third.asked, 1u);
}

TEST_F(ContestTest, AnUpstreamThatWasSlowMayStillWin) {
  add(right(300ms));
  auto& second = add(silent());
  const auto ended = ask(*rotating());
  EXPECT_EQ(answer_in(ended), right_answer);
  EXPECT_EQ(ended.after, 300ms);
  EXPECT_EQ(*second.asked, 1u);
}

TEST_F(ContestTest, AnErrorThatComesTogetherWithTheAnswerMakesNobodyBeAsked) {
  add(replies(10ms, dns::Rcode::SERVFAIL));
  add(right(10ms));
  auto& third = add(right(10ms));
  start_contest(2);
  advance(10ms);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(answer_in(*outcome), right_answer);
  EXPECT_EQ(*third.asked, 0u);
}

TEST_F(ContestTest, NobodyIsAskedAfterTheDeadline) {
  add(silent());
  auto& second = add(right(10ms));
  start_contest(1);
  advance(query_timeout);  // no sooner: the machine slept
  ASSERT_TRUE(outcome);
  EXPECT_FALSE(outcome->result);
  EXPECT_EQ(*second.asked, 0u);
}

TEST_F(ContestTest, AsksNoMoreThanThree) {
  for (int i = 0; i < 5; ++i) add(replies(1ms, dns::Rcode::SERVFAIL));
  EXPECT_FALSE(ask(*rotating()).result);
  unsigned asked = 0;
  for (const auto& source : sources) asked += *source.asked;
  EXPECT_EQ(asked, 3u);
}

TEST_F(ContestTest, WhatIsHeldWinsAtTheDeadline) {
  add(denies(query_timeout - 10ms), "one");
  add(silent(), "two");
  start_contest(2, false);
  advance(query_timeout - 10ms);
  EXPECT_FALSE(outcome);
  advance(10ms);
  ASSERT_TRUE(outcome);
  ASSERT_TRUE(outcome->result);
  EXPECT_EQ(outcome->result->answer->rcode(), dns::Rcode::NXDOMAIN);
}

// ---- Nobody answers.

TEST_F(ContestTest, SilenceFailsWhenTheLastAttemptHasEnded) {
  add(silent());
  add(silent());
  add(silent());
  const auto ended = ask(*rotating());
  ASSERT_FALSE(ended.result);
  EXPECT_EQ(ended.result.error().error.code, dns::ExtendedError::no_reachable_authority);
  EXPECT_EQ(ended.after, 200ms + attempt_timeout);
}

TEST_F(ContestTest, TheDeadlineEndsAQueryWhoseAttemptsGoOn) {
  auto& source = add(right(query_timeout + 1s));
  start_contest(1);
  advance(query_timeout - 1ms);
  EXPECT_FALSE(outcome);
  advance(1ms);
  ASSERT_TRUE(outcome);
  ASSERT_FALSE(outcome->result);
  EXPECT_EQ(outcome->result.error().error.code, dns::ExtendedError::no_reachable_authority);
  advance(1s);
  EXPECT_EQ(source.health.counters().replies, 1u);
}

TEST_F(ContestTest, NetworkFailuresAreToldApart) {
  for (const auto kind : {Failure::Kind::network, Failure::Kind::tls, Failure::Kind::no_address}) {
    sources.clear();
    add(fails(1ms, kind));
    add(silent());
    const auto ended = ask(*racing(2));
    ASSERT_FALSE(ended.result);
    EXPECT_EQ(ended.result.error().error.code, dns::ExtendedError::network_error) << to_text(kind);
  }
}

TEST_F(ContestTest, AnErrorOfAnUpstreamIsNamed) {
  add(replies(1ms, dns::Rcode::REFUSED));
  add(fails(1ms));
  const auto ended = ask(*rotating());
  ASSERT_FALSE(ended.result);
  EXPECT_EQ(ended.result.error().error,
            (dns::ExtendedErrorOption{dns::ExtendedError::no_reachable_authority, "u0: REFUSED"}));
}

TEST_F(ContestTest, TheExtendedErrorOfAnUpstreamIsPassedOn) {
  add(claims_bogus(1ms));
  const auto ended = ask(*rotating());
  ASSERT_FALSE(ended.result);
  EXPECT_EQ(ended.result.error().error, (dns::ExtendedErrorOption{dns::ExtendedError::dnssec_bogus, "no"}));
}

TEST_F(ContestTest, AClaimThatItIsBogusIsToldBeforeOtherErrors) {
  add(replies(1ms, dns::Rcode::REFUSED));
  add(claims_bogus(1ms));
  add(right(1ms));
  const auto ended = ask(*rotating());
  ASSERT_FALSE(ended.result);
  EXPECT_EQ(ended.result.error().error.code, dns::ExtendedError::dnssec_bogus);
}

// ---- Hedges.

TEST_F(ContestTest, AHedgeIsHeldAgainstThoseThatAreSilent) {
  auto& first = add(right(150ms));
  auto& second = add(right(1ms));
  EXPECT_EQ(ask(*rotating()).after, 101ms);
  EXPECT_EQ(first.health.counters().hedged, 1u);
  EXPECT_EQ(second.health.counters().hedged, 0u);
}

TEST_F(ContestTest, HedgesAreCountedAndThoseThatWin) {
  auto& first = add(right(150ms));
  auto& second = add(right(1ms));
  const auto group = rotating();
  ask(*group);
  EXPECT_EQ(first.health.counters().hedges, 0u);
  EXPECT_EQ(second.health.counters().hedges, 1u);
  EXPECT_EQ(second.health.counters().hedge_wins, 1u);
  *second.behaviour = right(90ms);
  ask(*group);  // begins with the second, which needs no hedge
  *first.behaviour = right(120ms);
  ask(*group);
  EXPECT_EQ(first.health.counters().wins, 1u);
  EXPECT_EQ(first.health.counters().hedge_wins, 0u);
  EXPECT_EQ(second.health.counters().hedges, 2u);
  EXPECT_EQ(second.health.counters().hedge_wins, 1u);
}

TEST_F(ContestTest, NobodyIsBlamedTwiceForTheSameSilence) {
  auto& first = add(silent());
  auto& second = add(silent());
  auto& third = add(right(1ms));
  ask(*rotating());
  EXPECT_EQ(first.health.counters().hedged, 1u);
  EXPECT_EQ(second.health.counters().hedged, 1u);
  EXPECT_EQ(third.health.counters().hedged, 0u);
}

TEST_F(ContestTest, WhoFailsIsReplacedAndNotHedged) {
  auto& first = add(replies(10ms, dns::Rcode::SERVFAIL));
  add(right(10ms));
  for (int i = 0; i < 10; ++i) budget.pay(clock.now());  // no hedge can be afforded
  start_contest(1);
  advance(10ms);
  advance(10ms);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(first.health.counters().hedged, 0u);
}

TEST_F(ContestTest, AHedgeWaitsForAToken) {
  add(silent());
  auto& second = add(right(10ms));
  const Instant began = clock.now();
  while (budget.pay(began + 60ms)) {
  }
  start_contest(1);
  advance(159ms);
  EXPECT_EQ(*second.asked, 0u);
  advance(1ms);
  EXPECT_EQ(*second.asked, 1u) << "the free one of the next 100 ms";
}

TEST_F(ContestTest, WhoIsOverdueIsReplacedWithoutAToken) {
  add(silent());
  auto& second = add(right(10ms));
  while (budget.pay(clock.now() + 1500ms)) {
  }
  start_contest(1);
  advance(RttWindow::usual_patience - 1ms);
  EXPECT_EQ(*second.asked, 0u);
  advance(1ms);
  EXPECT_EQ(*second.asked, 1u);
}

TEST_F(ContestTest, AHedgeThatWaitsForATokenIsStartedAtOnceWhenTheAttemptFails) {
  add(fails(120ms));
  auto& second = add(right(10ms));
  while (budget.pay(clock.now() + 90ms)) {
  }
  start_contest(1);
  advance(119ms);
  EXPECT_EQ(*second.asked, 0u);
  advance(1ms);
  EXPECT_EQ(*second.asked, 1u);
}

TEST_F(ContestTest, AnswersPayForHedges) {
  add(right(0ms));
  while (budget.pay(clock.now())) {
  }
  for (int i = 0; i < 10; ++i) start_contest(1);
  EXPECT_TRUE(budget.pay(clock.now()));
  EXPECT_FALSE(budget.pay(clock.now()));
}

// ---- Provenance.

TEST_F(ContestTest, TheVerdictNamesItsSource) {
  add(replies(1ms, dns::Rcode::SERVFAIL));
  add(denies(1ms));
  const auto ended = ask(*rotating());
  ASSERT_TRUE(ended.result);
  EXPECT_EQ(ended.result->upstream, "u1");
  EXPECT_EQ(ended.result->place, cache::upstream_place(1));
  EXPECT_EQ(ended.result->grade, Grade::negative);
}

// ---- Ending early.

TEST_F(ContestTest, EverythingMayBeDestroyedWithAttemptsPending) {
  add(silent());
  add(right(700ms));
  const auto group = racing(2);
  start(*group);
  advance(10ms);
  EXPECT_FALSE(outcome);
}

TEST_F(ContestTest, EverythingMayBeDestroyedWithLosersPending) {
  add(silent());
  add(right(10ms));
  EXPECT_TRUE(ask(*racing(2)).result);
}

}  // namespace
}  // namespace tributary::resolver
