// Serving stale in the life of a query (RFC 8767).

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

// ---- §5: the client response timer.

TEST_F(ServeStaleTest, WithoutATimerTheStaleAnswerComesAtOnceAndIsAskedForAnew) {
  use_timeouts({4s, 0ms});
  expire("www.example.");
  mend_upstreams();
  world->hold();
  EXPECT_THAT(answers(ask("www.example.").value()), ElementsAre(stale_www));
  world->release();
  poll();
  EXPECT_THAT(world->asked, SizeIs(1));
  EXPECT_THAT(answers(ask("www.example.").value()), ElementsAre("www.example. 300 IN A 192.0.2.2"));
}

TEST_F(ServeStaleTest, AGoodAnswerInTimeIsWaitedFor) {
  expire("www.example.");
  mend_upstreams();
  world->hold();
  EXPECT_EQ(ask("www.example."), std::nullopt);
  advance(1799ms);
  EXPECT_THAT(responses, IsEmpty());
  world->release();
  poll();
  ASSERT_THAT(responses, SizeIs(1));
  EXPECT_THAT(answers(responses[0]), ElementsAre("www.example. 300 IN A 192.0.2.2"));
  EXPECT_EQ(error_of(responses[0]), std::nullopt);
  EXPECT_EQ(counters().stale_answers.get(), 0u);
}

TEST_F(ServeStaleTest, AfterThatTheStaleAnswerIsGiven) {
  expire("www.example.");
  world->hold();
  EXPECT_EQ(ask("www.example."), std::nullopt);
  advance(1799ms);
  EXPECT_THAT(responses, IsEmpty());
  advance(1ms);
  ASSERT_THAT(responses, SizeIs(1));
  EXPECT_EQ(parse(responses[0]).rcode(), Rcode::NOERROR);
  EXPECT_THAT(answers(responses[0]), ElementsAre(stale_www));
  EXPECT_EQ(error_of(responses[0])->code, ExtendedError::stale_answer);
  EXPECT_EQ(counters().stale_answers.get(), 1u);
  EXPECT_EQ(responses_from(AnswerSource::stale), 1u);
}

TEST_F(ServeStaleTest, ALateAnswerIsForThoseWhoComeNext) {
  expire("www.example.");
  mend_upstreams();
  world->hold();
  ask("www.example.");
  advance(1800ms);
  world->release();
  poll();
  ASSERT_THAT(responses, SizeIs(1));
  EXPECT_THAT(answers(ask("www.example.").value()), ElementsAre("www.example. 300 IN A 192.0.2.2"));
  EXPECT_EQ(world->asked.size(), 1u);
}

TEST_F(ServeStaleTest, EachClientHasATimerOfItsOwn) {
  expire("www.example.");
  world->hold();
  ask("www.example.");
  clock.advance(100ms);
  ask("www.example.");
  advance(1700ms);
  EXPECT_THAT(responses, SizeIs(1));
  advance(99ms);
  EXPECT_THAT(responses, SizeIs(1));
  advance(1ms);
  EXPECT_THAT(responses, SizeIs(2));
  EXPECT_EQ(world->asked.size(), 1u);
}

TEST_F(ServeStaleTest, OverTcpItIsTheSame) {
  expire("www.example.");
  world->hold();
  ask(usual_query("www.example."), Protocol::tcp);
  advance(1800ms);
  ASSERT_THAT(responses, SizeIs(1));
  EXPECT_THAT(answers(responses[0]), ElementsAre(stale_www));
}

TEST_F(ServeStaleTest, WithoutAStaleAnswerTheWaitIsThatOfTheFlight) {
  world->hold();
  EXPECT_EQ(ask("new.example."), std::nullopt);
  advance(1999ms);
  EXPECT_THAT(responses, IsEmpty());
  advance(1ms);  // the only attempt has timed out
  ASSERT_THAT(responses, SizeIs(1));
  EXPECT_EQ(parse(responses[0]).rcode(), Rcode::SERVFAIL);
}

// ---- §4: what is given, and for how long.

TEST_F(ServeStaleTest, AFailureIsNotGivenWhereAStaleAnswerIs) {
  expire("www.example.");
  break_upstreams();
  EXPECT_THAT(answers(ask("www.example.").value()), ElementsAre(stale_www));
}

TEST_F(ServeStaleTest, ADenialIsServedStaleToo) {
  expire("missing.example.");
  break_upstreams();
  const auto response = ask("missing.example.");
  ASSERT_TRUE(response);
  EXPECT_EQ(parse(*response).rcode(), Rcode::NXDOMAIN);
  EXPECT_EQ(error_of(*response)->code, ExtendedError::stale_nxdomain_answer);
  const auto records = dns::read_records(parse(*response)).value();
  ASSERT_THAT(records.authority, SizeIs(1));
  EXPECT_EQ(records.authority[0].ttl, 30u);
}

TEST_F(ServeStaleTest, AFreshDenialBeatsAStaleAnswer) {
  expire("www.example.");
  world_knows.clear();
  EXPECT_EQ(parse(ask("www.example.").value()).rcode(), Rcode::NXDOMAIN);
}

TEST_F(ServeStaleTest, ADayAfterItExpiredItIsNotGivenAnyMore) {
  expire("www.example.");
  break_upstreams();
  clock.advance(24h - 1ms);
  EXPECT_THAT(answers(ask("www.example.").value()), ElementsAre(stale_www));
  clock.advance(30s);
  EXPECT_EQ(parse(ask("www.example.").value()).rcode(), Rcode::SERVFAIL);
}

/// RFC 8914 §3: only who speaks EDNS.
TEST_F(ServeStaleTest, AClientWithoutEdnsIsNotToldThatItIsStale) {
  expire("www.example.");
  break_upstreams();
  dns::Header header;
  header.recursion_desired = true;
  const auto response = ask(dns::build_query(header, dns::testing::question("www.example."), nullptr));
  ASSERT_TRUE(response);
  EXPECT_THAT(answers(*response), ElementsAre(stale_www));
  EXPECT_FALSE(parse(*response).edns());
}

// ---- §5: the failure recheck timer.

TEST_F(ServeStaleTest, AfterAFailureNobodyIsAskedForHalfAMinute) {
  expire("www.example.");
  break_upstreams();
  ask("www.example.");
  const auto asked = world->asked.size();
  world->hold();
  for (int second = 0; second < 29; ++second) {
    clock.advance(1s);
    const auto response = ask("www.example.");
    ASSERT_TRUE(response) << "at once";
    EXPECT_THAT(answers(*response), ElementsAre(stale_www));
  }
  EXPECT_EQ(world->asked.size(), asked);
  clock.advance(1s);
  ask("www.example.");
  EXPECT_EQ(world->asked.size(), asked + 1);
}

TEST_F(ServeStaleTest, AfterTheRecheckTheAnswerIsFresh) {
  expire("www.example.");
  break_upstreams();
  ask("www.example.");
  mend_upstreams();
  clock.advance(29s);
  EXPECT_THAT(answers(ask("www.example.").value()), ElementsAre(stale_www));
  clock.advance(1s);
  EXPECT_THAT(answers(ask("www.example.").value()), ElementsAre("www.example. 300 IN A 192.0.2.2"));
}

TEST_F(ServeStaleTest, AnAnswerEndsTheRecheck) {
  expire("www.example.");
  break_upstreams();
  ask("www.example.");
  clock.advance(30s);
  world->script = [](const Query& query) {
    return StubUpstream::reply(query, Rcode::NOERROR, {"www.example. 5 IN A 192.0.2.2"});
  };
  ask("www.example.");
  const auto asked = world->asked.size();
  clock.advance(5s);
  ask("www.example.");
  EXPECT_EQ(world->asked.size(), asked + 1);
}

/// RFC 9520 §3.2 is for names without a good entry.
TEST_F(ServeStaleTest, WithoutAStaleAnswerAFailureIsRememberedAsBefore) {
  break_upstreams();
  EXPECT_EQ(parse(ask("www.example.").value()).rcode(), Rcode::SERVFAIL);
  mend_upstreams();
  clock.advance(5s);
  EXPECT_EQ(parse(ask("www.example.").value()).rcode(), Rcode::NOERROR);
}

// ---- Chains.

class StaleChainTest : public ServeStaleTest {
 protected:
  StaleChainTest() {
    world_knows["alias.example. A"] = {"alias.example. 300 IN CNAME www.corp.test."};
    office_knows["www.corp.test. A"] = {"www.corp.test. 3000 IN A 192.0.2.7"};
  }
};

TEST_F(StaleChainTest, AStaleLinkMakesTheWholeStale) {
  expire("alias.example.");
  break_upstreams();
  const auto response = ask("alias.example.");
  ASSERT_TRUE(response);
  EXPECT_THAT(answers(*response),
              ElementsAre("alias.example. 30 IN CNAME www.corp.test.", "www.corp.test. 2700 IN A 192.0.2.7"));
  EXPECT_EQ(error_of(*response)->code, ExtendedError::stale_answer);
  EXPECT_EQ(counters().stale_answers.get(), 1u);
}

TEST_F(StaleChainTest, AStaleEndMakesTheWholeStale) {
  office_knows["www.corp.test. A"] = {"www.corp.test. 60 IN A 192.0.2.7"};
  ask("alias.example.");
  clock.advance(100s);
  office->script = [](const Query& query) { return StubUpstream::reply(query, Rcode::SERVFAIL); };
  const auto response = ask("alias.example.");
  ASSERT_TRUE(response);
  EXPECT_THAT(answers(*response),
              ElementsAre("alias.example. 200 IN CNAME www.corp.test.", "www.corp.test. 30 IN A 192.0.2.7"));
  EXPECT_EQ(error_of(*response)->code, ExtendedError::stale_answer);
}

TEST_F(StaleChainTest, AStaleLinkWithoutAnEndIsNoAnswer) {
  expire("alias.example.");
  clock.advance(24h);  // the link is within its day still, its end is not
  break_upstreams();
  office->script = world->script;
  clock.advance(-1ms);
  EXPECT_EQ(parse(ask("alias.example.").value()).rcode(), Rcode::NOERROR);
  clock.advance(1h);
  const auto response = ask("alias.example.");
  ASSERT_TRUE(response);
  EXPECT_EQ(parse(*response).rcode(), Rcode::SERVFAIL);
  EXPECT_THAT(answers(*response), IsEmpty());
}

TEST_F(StaleChainTest, TheTimerIsThatOfTheWholeQuery) {
  office_knows["www.corp.test. A"] = {"www.corp.test. 300 IN A 192.0.2.7"};
  expire("alias.example.");
  world->hold();
  office->hold();
  ask("alias.example.");
  advance(1800ms);
  advance(0ms);
  ASSERT_THAT(responses, SizeIs(1));
  EXPECT_THAT(answers(responses[0]),
              ElementsAre("alias.example. 30 IN CNAME www.corp.test.", "www.corp.test. 30 IN A 192.0.2.7"));
}

// ---- Flights.

TEST_F(ServeStaleTest, AFlightOutlivesTheClientThatStartedItsChain) {
  world_knows["alias.example. A"] = {"alias.example. 300 IN CNAME alias.corp.test."};
  office_knows["alias.corp.test. A"] = {"alias.corp.test. 300 IN CNAME www.example."};
  world->hold();
  office->hold();
  ask("alias.example.");
  advance(1900ms);
  world->release();
  world->hold();
  advance(1900ms);
  office->release();
  poll();
  EXPECT_EQ(world->asked.size(), 2u);
  ask("www.example.");  // joins the last flight
  advance(200ms);
  ASSERT_THAT(responses, SizeIs(1)) << "the time of the first is over";
  EXPECT_EQ(parse(responses[0]).rcode(), Rcode::SERVFAIL);
  advance(500ms);
  world->release();
  poll();
  ASSERT_THAT(responses, SizeIs(2));
  EXPECT_THAT(answers(responses[1]), ElementsAre("www.example. 300 IN A 192.0.2.1"));
  EXPECT_EQ(world->asked.size(), 2u);
}

TEST_F(ServeStaleTest, ManyClientsOfAStaleNameAreOneFlight) {
  expire("www.example.");
  world->hold();
  for (int i = 0; i < 50; ++i) start(usual_query("www.example."));
  advance(1800ms);
  EXPECT_THAT(responses, SizeIs(50));
  EXPECT_EQ(world->asked.size(), 1u);
}

TEST_F(ServeStaleTest, MayBeStoppedWhileAFlightGoesOn) {
  expire("www.example.");
  world->hold();
  ask("www.example.");
  advance(1800ms);
  EXPECT_EQ(world->pending, 1u);  // a sanitizer watches what becomes of it
}

}  // namespace
}  // namespace tributary::resolver::testing
