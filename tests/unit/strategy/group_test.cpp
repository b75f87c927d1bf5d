// Which members of a group are asked, as their breakers stand.

#include "resolver/strategy/group.hpp"

#include "resolver/strategy/trusted_members.hpp"
#include "tests/unit/strategy/group_fixture.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;

TEST_F(GroupTest, OpenUpstreamsAreNotAskedWhileAnotherIsClosed) {
  auto& open = add(right(1ms));
  auto& closed = add(right(500ms));
  open_breaker(open);
  const auto group = racing(2);
  for (int i = 0; i < 20; ++i) ask(*group);
  EXPECT_EQ(*open.asked, 0u);
  EXPECT_EQ(*closed.asked, 20u);
}

TEST_F(GroupTest, OpenUpstreamsAreTheLastResortWhenAllOthersHaveFailed) {
  const Behaviour bad[] = {replies(1ms, dns::Rcode::SERVFAIL), fails(1ms), silent()};
  for (const auto& behaviour : bad) {
    sources.clear();
    auto& open = add(right(1ms));
    add(behaviour);
    open_breaker(open);
    const auto ended = ask(*racing(2));
    EXPECT_TRUE(ended.result);
    EXPECT_EQ(*open.asked, 1u);
  }
}

TEST_F(GroupTest, LastResortsAreAskedOneAfterTheOther) {
  auto& later = add(right(1ms));
  auto& sooner = add(fails(10ms));
  add(right(1ms)).behaviour->result = fails(1ms).result;
  add(fails(5ms));
  open_breaker(sooner);
  clock.advance(1s);
  open_breaker(later);
  const auto group = racing(2);
  start(*group);
  advance(5ms);
  EXPECT_EQ(*sooner.asked, 1u);
  EXPECT_EQ(*later.asked, 0u);
  advance(10ms);
  EXPECT_EQ(*later.asked, 1u);
}

TEST_F(GroupTest, NoLastResortIsAskedWhenThereIsAnAnswerOrAVerdictOnDnssec) {
  auto& open = add(right(1ms));
  auto& closed = add(denies(1ms));
  open_breaker(open);
  EXPECT_TRUE(ask(*racing(2)).result);
  *closed.behaviour = claims_bogus(1ms);
  EXPECT_FALSE(ask(*racing(2)).result);
  *closed.behaviour = replies(1ms, dns::Rcode::NOERROR);  // NODATA without SOA: weak, but an answer
  EXPECT_TRUE(ask(*racing(2)).result);
  EXPECT_EQ(*open.asked, 0u);
}

TEST_F(GroupTest, TheLeastRecentlyFailedFillUpToAHalf) {
  auto& latest = add(silent());
  auto& closed = add(silent());
  auto& earliest = add(silent());
  auto& middle = add(right(1ms));
  for (auto* source : {&earliest, &middle, &latest}) {
    open_breaker(*source);
    clock.advance(1s);
  }
  const auto group = racing(2);
  start(*group);
  EXPECT_EQ(*closed.asked, 1u);
  EXPECT_EQ(*earliest.asked, 0u);
  advance(100ms);
  EXPECT_EQ(*earliest.asked, 1u);
  advance(attempt_timeout - 1ms);
  EXPECT_EQ(*middle.asked + *latest.asked, 0u);
  advance(1ms);
  EXPECT_EQ(*middle.asked, 1u);
  EXPECT_EQ(*latest.asked, 0u);
}

TEST_F(GroupTest, HalfOpenUpstreamsAreNotAskedWhileAnotherIsClosed) {
  auto& half_open = add(right(1ms));
  add(right(1ms));
  open_breaker(half_open);
  half_open.health.succeeded(1ms, clock.now());
  ASSERT_EQ(half_open.health.state(), CircuitBreaker::State::half_open);
  const auto group = racing(2);
  for (int i = 0; i < 20; ++i) ask(*group);
  EXPECT_EQ(*half_open.asked, 0u);
}

TEST_F(GroupTest, WhenAllAreOpenTheTwoLeastRecentlyFailedAreAskedAtOnce) {
  auto& latest = add(silent());
  auto& earliest = add(silent());
  auto& middle = add(silent());
  for (auto* source : {&earliest, &middle, &latest}) {
    open_breaker(*source);
    clock.advance(1s);
  }
  const auto group = rotating();
  start(*group);
  EXPECT_EQ(*earliest.asked, 1u);
  EXPECT_EQ(*middle.asked, 1u);
  EXPECT_EQ(*latest.asked, 0u);
  advance(100ms);
  EXPECT_EQ(*latest.asked, 1u);
}

TEST_F(GroupTest, AnOpenUpstreamThatStandsAloneIsAsked) {
  auto& only = add(right(1ms));
  open_breaker(only);
  EXPECT_TRUE(ask(*rotating()).result);
}

TEST_F(GroupTest, SilentUpstreamsOpenTheirBreakers) {
  auto& dead = add(silent());
  add(right_for_all(1ms));
  const auto group = racing(2);
  for (const char* name : {"www.example.", "www.example.org.", "www.example.net."}) {
    asked_name = name;
    EXPECT_TRUE(ask(*group).result);
    advance(attempt_timeout);
  }
  EXPECT_FALSE(dead.health.closed());
  EXPECT_EQ(*dead.asked, 3u);
  EXPECT_TRUE(ask(*group).result);
  EXPECT_EQ(*dead.asked, 3u);
}

TEST_F(GroupTest, AnEmptyGroupFailsAtOnce) {
  const auto ended = ask(*racing(2));
  ASSERT_FALSE(ended.result);
  EXPECT_EQ(ended.result.error().error.code, dns::ExtendedError::no_reachable_authority);
}

TEST_F(GroupTest, TakesTurns) {
  for (int i = 0; i < 3; ++i) add(right(1ms));
  const auto group = rotating();
  for (int i = 0; i < 6; ++i) ask(*group);
  for (const auto& source : sources) EXPECT_EQ(*source.asked, 2u);
}

TEST_F(GroupTest, WeightsBelongToTheirMembers) {
  add(right(1ms));
  auto& open = add(right(1ms));
  add(right(1ms));
  open_breaker(open);
  auto weighted = members();
  weighted[2].weight = 99;
  config.strategy = policy::StrategyKind::rotate;
  Group group(config, weighted, make_strategy(config), judge, attempt_timeout, tools);
  for (int i = 0; i < 300; ++i) ask(group);
  EXPECT_GT(*sources[2].asked, 280u);
}

TEST_F(GroupTest, FailoverReturnsToTheFirstWhenItsBreakerHasClosed) {
  auto& first = add(right(1ms));
  auto& second = add(right(1ms));
  add(right(1ms));
  config.strategy = policy::StrategyKind::failover;
  const auto group = make_group();
  open_breaker(first);
  ask(*group);
  EXPECT_EQ(*first.asked, 0u);
  EXPECT_EQ(*second.asked, 1u);
  clock.advance(1min);
  for (unsigned i = 0; i < CircuitBreaker::successes_to_close; ++i) {
    first.health.query_sent(CircuitBreaker::Origin::probe);
    first.health.succeeded(1ms, clock.now());
    clock.advance(1s);
  }
  ASSERT_TRUE(first.health.closed());
  ask(*group);
  EXPECT_EQ(*first.asked, 1u);
  EXPECT_EQ(*second.asked, 1u);
}

TEST_F(GroupTest, UpstreamsOfOneOperatorAreAskedAfterOthers) {
  add(fails(1ms), "one");
  auto& same = add(right(1ms), "one");
  auto& other = add(right(1ms), "two");
  EXPECT_TRUE(ask(*rotating()).result);
  EXPECT_EQ(*same.asked, 0u);
  EXPECT_EQ(*other.asked, 1u);
}

TEST_F(GroupTest, IsLocalIfAllOfItIs) {
  add(right(1ms));
  add(right(1ms));
  auto mixed = members();
  mixed[0].local = true;
  EXPECT_FALSE(Group(config, mixed, make_strategy(config), judge, attempt_timeout, tools).local());
  mixed[1].local = true;
  EXPECT_TRUE(Group(config, mixed, make_strategy(config), judge, attempt_timeout, tools).local());
}

// ---- A name that somebody on the path forges.

class SuspiciousNameTest : public GroupTest {
 protected:
  SuspiciousNameTest() { injected.note(testing::query(asked_name).question, clock.now()); }
};

TEST_F(SuspiciousNameTest, TrustedAreWhomNobodyOnThePathCanImitate) {
  add(right(1ms));
  add(over(Channel::authenticated, right(1ms)));
  add(over(Channel::local, right(1ms)));
  EXPECT_EQ(trusted_members(members()), (std::vector<std::size_t>{1, 2}));
}

TEST_F(SuspiciousNameTest, TwoTrustedAreAskedAtOnceAndTheOthersLast) {
  auto& clear = add(right(1ms));
  auto& first = add(over(Channel::authenticated, fails(10ms)));
  auto& second = add(over(Channel::local, silent()));
  auto& third = add(over(Channel::authenticated, silent()));
  const auto group = rotating();
  start(*group);
  EXPECT_EQ(*first.asked, 1u);
  EXPECT_EQ(*second.asked, 1u);
  EXPECT_EQ(*third.asked, 0u);
  advance(10ms);
  EXPECT_EQ(*third.asked, 1u) << "instead of the one that has failed";
  advance(attempt_timeout - 1ms);
  EXPECT_EQ(*clear.asked, 0u);
  advance(1ms);
  EXPECT_EQ(*clear.asked, 1u) << "when nobody else is left";
}

TEST_F(SuspiciousNameTest, WhereNobodyIsTrustedAllIsAsEver) {
  auto& first = add(right(1ms));
  auto& second = add(right(1ms));
  EXPECT_TRUE(ask(*rotating()).result);
  EXPECT_EQ(*first.asked, 1u);
  EXPECT_EQ(*second.asked, 0u);
}

TEST_F(SuspiciousNameTest, AQuorumHasItsOwnProtection) {
  auto& clear = add(right(1ms), "one");
  add(over(Channel::authenticated, right(1ms)), "two");
  config.strategy = policy::StrategyKind::consensus;
  EXPECT_TRUE(ask(*make_group()).result);
  EXPECT_EQ(*clear.asked, 1u);
}

TEST_F(SuspiciousNameTest, OtherNamesAndLaterTimesAreAsEver) {
  auto& clear = add(right_for_all(1ms));
  add(over(Channel::authenticated, right_for_all(1ms)));
  asked_name = "other.example.";
  EXPECT_TRUE(ask(*rotating()).result);
  EXPECT_EQ(*clear.asked, 1u);
  asked_name = "www.example.";
  clock.advance(InjectedNames::remembered_for);
  EXPECT_TRUE(ask(*rotating()).result);
  EXPECT_EQ(*clear.asked, 2u);
}

}  // namespace
}  // namespace tributary::resolver
