// Which members of a group are asked, as their breakers stand.

#include "resolver/strategy/group.hpp"

#include "tests/unit/strategy/group_fixture.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;

TEST_F(GroupTest, OpenUpstreamsAreNotAskedWhileAnotherIsClosed) {
  auto& open = add(right(1ms));
  auto& closed = add(replies(1ms, dns::Rcode::SERVFAIL));
  open_breaker(open);
  const auto group = racing(2);
  for (int i = 0; i < 20; ++i) ask(*group);
  EXPECT_EQ(*open.asked, 0u);
  EXPECT_EQ(*closed.asked, 20u);
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
  advance(patience_first);
  EXPECT_EQ(*latest.asked, 1u);
}

TEST_F(GroupTest, AnOpenUpstreamThatStandsAloneIsAsked) {
  auto& only = add(right(1ms));
  open_breaker(only);
  EXPECT_TRUE(ask(*rotating()).result);
}

TEST_F(GroupTest, SilentUpstreamsOpenTheirBreakers) {
  auto& dead = add(silent());
  add(right(1ms));
  const auto group = racing(2);
  for (int i = 0; i < 3; ++i) {
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
  EXPECT_EQ(ended.result.error().code, dns::ExtendedError::no_reachable_authority);
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

TEST_F(GroupTest, IsLocalIfAllOfItIs) {
  add(right(1ms));
  add(right(1ms));
  auto mixed = members();
  mixed[0].local = true;
  EXPECT_FALSE(Group(config, mixed, make_strategy(config), judge, attempt_timeout, tools).local());
  mixed[1].local = true;
  EXPECT_TRUE(Group(config, mixed, make_strategy(config), judge, attempt_timeout, tools).local());
}

}  // namespace
}  // namespace tributary::resolver
