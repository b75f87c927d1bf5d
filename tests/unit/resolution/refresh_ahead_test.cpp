#include "resolver/refresh_ahead.hpp"

#include <gmock/gmock.h>

#include "tests/unit/resolution/resolution_fixture.hpp"

namespace tributary::resolver::testing {
namespace {

using namespace std::chrono_literals;
using dns::Rcode;
using ::testing::ElementsAre;

/// The random number is 150: of a life of 300 s, a refresh is due from the middle of the last tenth on.
class RefreshAheadTest : public ResolutionTest {
 protected:
  RefreshAheadTest() {
    random = ScriptedRandom{150};
    know(300);
  }

  void know(std::uint32_t ttl) {
    world_knows["www.example. A"] = {"www.example. " + std::to_string(ttl) + " IN A 192.0.2.1"};
  }
  void ask_times(int times) {
    for (int i = 0; i < times; ++i) ask("www.example.");
    poll();
  }
  std::size_t asked() const { return world->asked.size(); }
};

TEST_F(RefreshAheadTest, AHitInTheLastTenthAsksAnew) {
  ask_times(3);
  clock.advance(286s);
  EXPECT_THAT(answers(ask("www.example.").value()), ElementsAre("www.example. 14 IN A 192.0.2.1"));
  poll();
  EXPECT_EQ(asked(), 2u);
  EXPECT_EQ(counters().refreshes.get(), 1u);
  EXPECT_THAT(answers(ask("www.example.").value()), ElementsAre("www.example. 300 IN A 192.0.2.1"));
}

TEST_F(RefreshAheadTest, NotBefore) {
  ask_times(3);
  clock.advance(269s);
  ask_times(3);
  EXPECT_EQ(asked(), 1u);
}

TEST_F(RefreshAheadTest, TheProbabilityGrowsTowardsTheEnd) {
  ask_times(3);
  clock.advance(271s);
  ask_times(3);
  EXPECT_EQ(asked(), 1u);
  random = ScriptedRandom{0};
  ask_times(1);
  EXPECT_EQ(asked(), 2u);
}

TEST_F(RefreshAheadTest, WhatIsAskedForOnceIsNotRefreshed) {
  ask_times(1);
  clock.advance(290s);
  ask_times(1);
  EXPECT_EQ(asked(), 1u);
  ask_times(1);  // the second hit
  EXPECT_EQ(asked(), 2u);
}

TEST_F(RefreshAheadTest, ManyHitsAreOneRefresh) {
  ask_times(3);
  world->hold();
  clock.advance(290s);
  ask_times(100);
  EXPECT_EQ(asked(), 2u);
  EXPECT_EQ(counters().refreshes.get(), 1u);
  EXPECT_EQ(counters().cache_hits.get(), 102u);
}

TEST_F(RefreshAheadTest, WhatLivesShorterThanTenSecondsIsLeftToExpire) {
  know(9);
  ask_times(3);
  clock.advance(8900ms);
  ask_times(3);
  EXPECT_EQ(asked(), 1u);
}

TEST_F(RefreshAheadTest, TenSecondsAreEnough) {
  know(10);
  random = ScriptedRandom{0};
  ask_times(3);
  clock.advance(9s);
  ask_times(1);
  EXPECT_EQ(asked(), 2u);
}

TEST_F(RefreshAheadTest, ItsFailureChangesNothing) {
  ask_times(3);
  clock.advance(290s);
  world->script = [](const Query& query) { return StubUpstream::reply(query, Rcode::SERVFAIL); };
  ask_times(1);
  EXPECT_EQ(asked(), 2u);
  EXPECT_EQ(counters().refresh_failures.get(), 1u);
  clock.advance(5s);
  EXPECT_THAT(answers(ask("www.example.").value()), ElementsAre("www.example. 5 IN A 192.0.2.1"));
  poll();
  EXPECT_EQ(asked(), 2u) << "once in the life of an entry";
}

TEST_F(RefreshAheadTest, WhoComesAfterTheExpiryWaitsForTheSameFlight) {
  ask_times(3);
  world->hold();
  clock.advance(299s);
  ask_times(1);
  clock.advance(1s);
  EXPECT_EQ(ask("www.example."), std::nullopt);
  EXPECT_EQ(asked(), 2u);
  world->release();
  poll();
  EXPECT_THAT(answers(responses.back()), ElementsAre("www.example. 300 IN A 192.0.2.1"));
}

TEST_F(RefreshAheadTest, AFailureIsNotRefreshed) {
  world->script = [](const Query& query) { return StubUpstream::reply(query, Rcode::SERVFAIL); };
  for (const auto lifetime : {5s, 10s, 20s}) {
    ask_times(4);
    clock.advance(lifetime);
  }
  ask_times(4);
  clock.advance(39s);
  ask_times(4);
  EXPECT_EQ(asked(), 4u);
  EXPECT_EQ(counters().refreshes.get(), 0u);
}

TEST_F(RefreshAheadTest, ADegradedGroupIsSpared) {
  ask_times(3);
  for (std::size_t domain = 1; domain <= 4; ++domain) degradations[0].record(false, domain);
  clock.advance(290s);
  ask_times(3);
  EXPECT_EQ(asked(), 1u);
}

TEST_F(RefreshAheadTest, ADenialIsRefreshedToo) {
  for (int i = 0; i < 3; ++i) ask("missing.example.");
  clock.advance(290s);
  ask("missing.example.");
  poll();
  EXPECT_EQ(asked(), 2u);
}

}  // namespace
}  // namespace tributary::resolver::testing
