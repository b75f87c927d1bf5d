#include "resolver/upstream/prober.hpp"

#include <optional>

#include <gtest/gtest.h>
#include <asio/io_context.hpp>

#include "tests/support/manual_clock.hpp"
#include "tests/support/scripted_random.hpp"
#include "tests/unit/upstream/stub_upstream.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;
using State = CircuitBreaker::State;
using testing::StubUpstream;

ExchangeResult good(const Query& query) {
  return StubUpstream::reply(query, dns::Rcode::NOERROR, {". 3600 IN NS a.root-servers.net."});
}

class ProberTest : public ::testing::Test {
 protected:
  ProberTest() {
    stub->script = good;
    prober.start();
    poll();
  }
  ~ProberTest() override { stub->release(); }

  void poll() {
    loop.restart();
    loop.poll();
  }
  void advance(Duration by) {
    clock.advance(by);
    poll();
  }
  void fail(Health& which, DomainTag domain, Failure::Kind kind = Failure::Kind::timeout) {
    which.failed({Origin::client, domain, clock.now()}, {kind, "no reply", {}}, clock.now(), random);
  }
  /// It fails for half of twenty clients at once. The first probe is due a second later.
  void open(Health& which) {
    for (int i = 0; i < 10; ++i) which.succeeded(10ms, clock.now() - 1ms);
    for (DomainTag domain = 1; domain <= 10; ++domain) fail(which, domain);
    ASSERT_EQ(which.state(), State::open);
    poll();
  }
  void open() { open(health); }

  ManualClock clock;
  ScriptedRandom random{0x80000000};
  LocalLink link;
  Health health{"stub", &link}, other_health{"other", &link};
  asio::io_context loop;
  Timers timers{loop.get_executor(), clock};
  StubUpstream* stub = new StubUpstream(timers);
  StubUpstream* other = new StubUpstream(timers);
  Guarded guarded{std::unique_ptr<Upstream>(stub), health, timers, random};
  Guarded other_guarded{std::unique_ptr<Upstream>(other), other_health, timers, random};
  Nursery nursery;
  Prober prober{{loop.get_executor(), clock, random, timers, nursery},
                {{&guarded, dns::testing::question(".", dns::Type::NS)},
                 {&other_guarded, dns::testing::question("example.", dns::Type::SOA)}},
                link};
};

TEST_F(ProberTest, SendsNothingWhileAllIsWell) {
  for (int i = 0; i < 5; ++i) advance(1h);
  EXPECT_TRUE(stub->asked.empty());
  EXPECT_TRUE(other->asked.empty());
}

TEST_F(ProberTest, AsksTheGivenQuestionWhenTheProbeIsDue) {
  open();
  advance(999ms);
  EXPECT_TRUE(stub->asked.empty());
  advance(1ms);
  ASSERT_EQ(stub->asked.size(), 1u);
  EXPECT_EQ(stub->asked.front().question, dns::testing::question(".", dns::Type::NS));
  EXPECT_TRUE(other->asked.empty());
  EXPECT_EQ(health.counters().probes, 1u);
  EXPECT_EQ(health.counters().queries, 0u);
}

TEST_F(ProberTest, BringsAnUpstreamBackWithThreeGoodProbes) {
  open();
  advance(1s);
  EXPECT_EQ(health.state(), State::half_open);
  advance(1s);
  EXPECT_EQ(health.state(), State::half_open);
  advance(1s);
  EXPECT_EQ(health.state(), State::closed);
  for (int i = 0; i < 5; ++i) advance(1min);
  EXPECT_EQ(stub->asked.size(), 3u);
}

TEST_F(ProberTest, SendsOneAtATime) {
  stub->hold();
  stub->lateness = 1ms;
  open();
  advance(1s);
  for (int i = 0; i < 20; ++i) advance(100ms);
  EXPECT_EQ(stub->asked.size(), 1u);
  EXPECT_EQ(stub->pending, 1u);
}

TEST_F(ProberTest, AProbeThatTimesOutIsOneBadProbe) {
  stub->hold();
  open();
  advance(1s);
  advance(2s);
  EXPECT_EQ(stub->asked.size(), 1u);
  EXPECT_EQ(stub->pending, 0u);
  EXPECT_EQ(health.probe_due(), clock.now() + 2s);
  advance(2s);
  EXPECT_EQ(stub->asked.size(), 2u);
}

TEST_F(ProberTest, ABadProbeLengthensTheBackOff) {
  stub->script = [](const Query& query) { return StubUpstream::reply(query, dns::Rcode::SERVFAIL); };
  open();
  for (const auto backoff : {1s, 2s, 4s, 8s}) {
    EXPECT_EQ(health.probe_due(), clock.now() + backoff);
    const auto before = stub->asked.size();
    advance(backoff - 1ms);
    EXPECT_EQ(stub->asked.size(), before);
    advance(1ms);
    EXPECT_EQ(stub->asked.size(), before + 1);
  }
}

TEST_F(ProberTest, ProbesEachUpstreamAtItsOwnTime) {
  stub->hold();
  open();
  advance(500ms);
  open(other_health);
  advance(500ms);
  EXPECT_EQ(stub->asked.size(), 1u);
  EXPECT_EQ(other->asked.size(), 0u);
  advance(500ms);
  EXPECT_EQ(stub->asked.size(), 1u);
  ASSERT_EQ(other->asked.size(), 1u);
  EXPECT_EQ(other->asked.front().question.type, dns::Type::SOA);
}

TEST_F(ProberTest, WaitsAsLongAsTheUpstreamAsked) {
  health.failed({}, {Failure::Kind::rate_limited, "HTTP 429", 30s}, clock.now(), random);
  poll();
  for (int i = 0; i < 29; ++i) advance(1s);
  EXPECT_TRUE(stub->asked.empty());
  advance(1s);
  EXPECT_EQ(stub->asked.size(), 1u);
}

TEST_F(ProberTest, ASingleLostQueryIsRefutedByOneProbe) {
  fail(health, 1);
  poll();
  EXPECT_EQ(stub->asked.size(), 1u);
  for (int i = 0; i < 20; ++i) advance(100ms);
  EXPECT_EQ(stub->asked.size(), 1u);
  EXPECT_TRUE(health.closed());
}

TEST_F(ProberTest, OneFailureOfADeadUpstreamIsEnoughToFindItOut) {
  health.succeeded(10ms, clock.now());
  clock.advance(1s);
  stub->hold();
  fail(health, 1);
  poll();
  for (int i = 0; i < 8; ++i) {
    EXPECT_TRUE(health.closed());
    EXPECT_EQ(stub->asked.size(), static_cast<std::size_t>(i / 2 + 1));
    advance(100ms);
  }
  EXPECT_EQ(health.state(), State::open);
}

TEST_F(ProberTest, GoesOnAtOnceWhenAClientsReplyHalfOpens) {
  stub->script = [](const Query& query) { return StubUpstream::reply(query, dns::Rcode::SERVFAIL); };
  open();
  for (const auto backoff : {1s, 2s, 4s}) advance(backoff);
  ASSERT_EQ(health.probe_due(), clock.now() + 8s);
  stub->script = good;
  health.succeeded(10ms, clock.now());
  poll();
  const auto before = stub->asked.size();
  advance(1s);
  EXPECT_EQ(stub->asked.size(), before + 1);
  advance(1s);
  EXPECT_TRUE(health.closed());
}

TEST_F(ProberTest, ProbesUpstreamsInTurnWhileOurLinkIsDown) {
  stub->hold();
  other->hold();
  fail(health, 1, Failure::Kind::no_route);
  fail(other_health, 1, Failure::Kind::no_route);
  poll();
  ASSERT_TRUE(link.down());
  for (int i = 0; i < 59; ++i) advance(100ms);
  EXPECT_EQ(stub->asked.size(), 3u);
  EXPECT_EQ(other->asked.size(), 3u);
  EXPECT_TRUE(health.closed());
  EXPECT_TRUE(other_health.closed());
}

TEST_F(ProberTest, TheLinkIsUpWithTheFirstReply) {
  stub->script = [](const Query&) { return tl::unexpected(Failure{Failure::Kind::no_route, "none", {}}); };
  other->script = stub->script;
  fail(health, 1, Failure::Kind::no_route);
  fail(other_health, 1, Failure::Kind::no_route);
  for (int i = 0; i < 30; ++i) advance(1s);
  ASSERT_TRUE(link.down());
  other->script = good;
  advance(1s);
  advance(1s);
  EXPECT_FALSE(link.down());
  EXPECT_TRUE(health.closed());
}

TEST_F(ProberTest, SendsNothingOnceItIsStopped) {
  open();
  prober.stop();
  for (int i = 0; i < 5; ++i) advance(1s);
  EXPECT_TRUE(stub->asked.empty());
  EXPECT_TRUE(nursery.empty());
}

TEST_F(ProberTest, AProbeThatIsOnItsWayComesToItsEnd) {
  stub->hold();
  open();
  advance(1s);
  prober.stop();
  EXPECT_FALSE(nursery.empty());
  advance(2s);
  EXPECT_TRUE(nursery.empty());
  EXPECT_EQ(health.probe_due(), clock.now() + 2s);
}

TEST_F(ProberTest, AnotherOneTakesOver) {
  Prober next({loop.get_executor(), clock, random, timers, nursery},
              {{&guarded, dns::testing::question(".", dns::Type::NS)}}, link);
  next.start();
  prober.stop();
  open();
  advance(1s);
  EXPECT_EQ(stub->asked.size(), 1u);
  nursery.clear();  // before `next` goes
}

}  // namespace
}  // namespace tributary::resolver
