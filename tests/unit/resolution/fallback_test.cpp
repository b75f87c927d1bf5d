// Falling back on a zone, and what is given at once while a group is degraded.

#include <gmock/gmock.h>

#include "tests/unit/resolution/stale_fixture.hpp"

namespace tributary::resolver::testing {
namespace {

using namespace std::chrono_literals;
using dns::ExtendedError;
using dns::Rcode;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// ---- Falling back on a zone.

class FallbackTest : public ServeStaleTest {
 protected:
  void break_office() {
    office->script = [](const Query& query) { return StubUpstream::reply(query, Rcode::SERVFAIL); };
  }
};

TEST_F(FallbackTest, TheZoneAnswersWhenTheUpstreamsFail) {
  break_office();
  const auto response = ask("spare.corp.test.");
  ASSERT_TRUE(response);
  EXPECT_THAT(answers(*response), ElementsAre("spare.corp.test. 30 IN A 192.0.2.99"));
  EXPECT_EQ(cache.statistics().entries, 0u);
}

TEST_F(FallbackTest, WhileTheUpstreamsAnswerItIsSilent) {
  EXPECT_EQ(parse(ask("spare.corp.test.").value()).rcode(), Rcode::NXDOMAIN);
}

TEST_F(FallbackTest, AStaleAnswerComesFirst) {
  office_knows["spare.corp.test. A"] = {"spare.corp.test. 300 IN A 192.0.2.7"};
  ask("spare.corp.test.");
  clock.advance(300s);
  break_office();
  EXPECT_THAT(answers(ask("spare.corp.test.").value()), ElementsAre("spare.corp.test. 30 IN A 192.0.2.7"));
}

TEST_F(FallbackTest, ItDeniesNothing) {
  break_office();
  EXPECT_EQ(parse(ask("missing.corp.test.").value()).rcode(), Rcode::SERVFAIL);
  EXPECT_EQ(parse(ask("spare.corp.test.", dns::Type::AAAA).value()).rcode(), Rcode::SERVFAIL);
}

TEST_F(FallbackTest, TheUpstreamsAreAskedAgainAfterTheRecheck) {
  break_office();
  ask("spare.corp.test.");
  const auto asked = office->asked.size();
  clock.advance(29s);
  EXPECT_THAT(answers(ask("spare.corp.test.").value()), ElementsAre("spare.corp.test. 30 IN A 192.0.2.99"));
  EXPECT_EQ(office->asked.size(), asked);
  clock.advance(1s);
  EXPECT_THAT(answers(ask("spare.corp.test.").value()), ElementsAre("spare.corp.test. 30 IN A 192.0.2.99"));
  EXPECT_EQ(office->asked.size(), asked + 1);
}

TEST_F(FallbackTest, AGroupWithoutAZoneFails) {
  break_upstreams();
  EXPECT_EQ(parse(ask("spare.example.").value()).rcode(), Rcode::SERVFAIL);
}

// ---- Degradation.

class DegradedTest : public ServeStaleTest {
 protected:
  /// Four queries that no upstream replies to.
  void degrade() {
    world->script = [](const Query&) {
      return tl::unexpected(Failure{Failure::Kind::network, "unreachable", {}});
    };
    for (const auto* name : {"a.example.", "b.example.", "c.example.", "d.example."}) ask(name);
    ASSERT_TRUE(degradations[0].degraded());
    world->asked.clear();
  }
};

TEST_F(DegradedTest, WhatIsAtHandIsGivenWithoutAsking) {
  expire("www.example.");
  degrade();
  EXPECT_THAT(answers(ask("www.example.").value()), ElementsAre(stale_www));
  EXPECT_THAT(world->asked, IsEmpty());
}

TEST_F(DegradedTest, WhatIsNotAtHandIsAskedFor) {
  degrade();
  ask("new.example.");
  EXPECT_THAT(world->asked, SizeIs(1));
}

TEST_F(DegradedTest, ACanaryIsAskedFor) {
  expire("www.example.");
  degrade();
  mend_upstreams();
  random = ScriptedRandom{0};
  EXPECT_THAT(answers(ask("www.example.").value()), ElementsAre("www.example. 300 IN A 192.0.2.2"));
}

TEST_F(DegradedTest, RepliesEndIt) {
  expire("www.example.");
  degrade();
  mend_upstreams();
  for (int i = 0; i < 32; ++i) ask("n" + std::to_string(i) + ".example.");
  EXPECT_FALSE(degradations[0].degraded());
  EXPECT_THAT(answers(ask("www.example.").value()), ElementsAre("www.example. 300 IN A 192.0.2.2"));
}

TEST_F(DegradedTest, TimeoutsCountSoDoNetworkErrors) {
  world->hold();
  for (const auto* name : {"a.example.", "b.example.", "c.example."}) ask(name);
  for (int i = 0; i < 5; ++i) advance(1s);
  EXPECT_TRUE(degradations[0].degraded());
}

TEST_F(DegradedTest, AZoneThatIsDeadEverywhereDoesNotCount) {
  break_upstreams();
  for (int i = 0; i < 20; ++i) ask("n" + std::to_string(i) + ".example.");
  EXPECT_FALSE(degradations[0].degraded());
}

TEST_F(DegradedTest, AnOutageOfOurOwnLinkDoesNotCount) {
  world->script = [](const Query&) {
    return tl::unexpected(Failure{Failure::Kind::no_route, "unreachable", {}});
  };
  link.failed(link.join([](Instant) {}), 1, true, clock.now());
  ASSERT_TRUE(link.down());
  for (int i = 0; i < 20; ++i) ask("n" + std::to_string(i) + ".example.");
  EXPECT_FALSE(degradations[0].degraded());
}

TEST_F(DegradedTest, AnOutageThatBeganMeanwhileDoesNotCount) {
  world->hold();
  for (const auto* name : {"a.example.", "b.example.", "c.example.", "d.example."}) ask(name);
  link.failed(link.join([](Instant) {}), 1, true, clock.now());
  for (int i = 0; i < 5; ++i) advance(1s);
  EXPECT_FALSE(degradations[0].degraded());
}

TEST_F(DegradedTest, AnotherGroupIsNotAffected) {
  degrade();
  EXPECT_FALSE(degradations[1].degraded());
}

}  // namespace
}  // namespace tributary::resolver::testing
