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
  /// Three failures of clients in a row. The first probe is due a second later.
  void open(Health& which) {
    for (int i = 0; i < 3; ++i) {
      which.failed(CircuitBreaker::Origin::client, {Failure::Kind::timeout, "no reply", {}}, clock.now(),
                   random);
    }
    poll();
  }
  void open() { open(health); }

  ManualClock clock;
  ScriptedRandom random{0x80000000};
  Health health{"stub"}, other_health{"other"};
  asio::io_context loop;
  Timers timers{loop.get_executor(), clock};
  StubUpstream* stub = new StubUpstream(timers);
  StubUpstream* other = new StubUpstream(timers);
  Guarded guarded{std::unique_ptr<Upstream>(stub), health, clock, random};
  Guarded other_guarded{std::unique_ptr<Upstream>(other), other_health, clock, random};
  Nursery nursery;
  Prober prober{{loop.get_executor(), clock, random, timers, nursery},
                {{&guarded, dns::testing::question(".", dns::Type::NS)},
                 {&other_guarded, dns::testing::question("example.", dns::Type::SOA)}}};
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
  health.failed(CircuitBreaker::Origin::client, {Failure::Kind::rate_limited, "HTTP 429", 30s}, clock.now(),
                random);
  poll();
  for (int i = 0; i < 29; ++i) advance(1s);
  EXPECT_TRUE(stub->asked.empty());
  advance(1s);
  EXPECT_EQ(stub->asked.size(), 1u);
}

}  // namespace
}  // namespace tributary::resolver
