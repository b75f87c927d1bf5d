#include "resolver/upstream/guarded.hpp"

#include <gtest/gtest.h>
#include <asio/io_context.hpp>

#include "tests/support/ended_task.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/scripted_random.hpp"
#include "tests/unit/upstream/stub_upstream.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;
using State = CircuitBreaker::State;
using dns::Rcode;
using testing::StubUpstream;

class GuardedTest : public ::testing::Test {
 protected:
  ExchangeResult run(Task<ExchangeResult> exchange) {
    return start_task(nursery, std::move(exchange))->result.value();
  }
  ExchangeResult ask() { return run(guarded.exchange(query, deadline())); }
  ExchangeResult probe() { return run(guarded.probe(query, deadline())); }
  Deadline deadline() const { return Deadline(clock.now() + 2s); }

  ManualClock clock;
  ScriptedRandom random{0x80000000};
  asio::io_context loop;
  Timers timers{loop.get_executor(), clock};
  Health health{"stub"};
  StubUpstream* stub = new StubUpstream(timers);
  Guarded guarded{std::unique_ptr<Upstream>(stub), health, timers, random};
  Nursery nursery;
  const Query query{dns::testing::question("www.example."), true};
};

TEST_F(GuardedTest, HandsOnWhatTheUpstreamSays) {
  stub->script = [](const Query& asked) {
    return StubUpstream::reply(asked, Rcode::NOERROR, {"www.example. 300 IN A 192.0.2.1"});
  };
  const auto result = ask();
  ASSERT_TRUE(result);
  EXPECT_EQ(result->message, stub->script(query)->message);
  ASSERT_EQ(stub->asked.size(), 1u);
  EXPECT_EQ(stub->asked.front().question, query.question);
  EXPECT_TRUE(stub->asked.front().checking_disabled);
  EXPECT_EQ(health.counters().queries, 1u);
  EXPECT_EQ(health.counters().replies, 1u);
  EXPECT_EQ(health.counters().latency.counts().nanoseconds, 10'000'000u);
}

TEST_F(GuardedTest, ReportsFailures) {
  stub->script = [](const Query&) { return tl::unexpected(Failure{Failure::Kind::network, "refused", {}}); };
  for (const char* name : {"www.example.", "www.example.org.", "www.example.net."}) {
    const auto result = run(guarded.exchange({dns::testing::question(name), true}, deadline()));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, Failure::Kind::network);
    clock.advance(1s);
  }
  EXPECT_EQ(health.state(), State::open);
  EXPECT_EQ(health.counters().failures[static_cast<std::size_t>(Failure::Kind::network)], 3u);
}

TEST_F(GuardedTest, AnErrorForAClientIsAReply) {
  stub->script = [](const Query& asked) { return StubUpstream::reply(asked, Rcode::SERVFAIL); };
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(ask());
  EXPECT_TRUE(health.closed());
  EXPECT_EQ(health.counters().replies, 5u);
}

struct ProbeCase {
  Rcode rcode;
  dns::testing::Lines answer;
  bool good;
};

class GuardedProbeTest : public GuardedTest, public ::testing::WithParamInterface<ProbeCase> {};

TEST_P(GuardedProbeTest, AProbeMustBeResolved) {
  health.failed({}, {Failure::Kind::rate_limited, "HTTP 429", 1s}, clock.now(), random);
  clock.advance(1s);
  stub->script = [](const Query& asked) {
    return StubUpstream::reply(asked, GetParam().rcode, GetParam().answer);
  };
  EXPECT_TRUE(probe());
  EXPECT_EQ(health.state(), GetParam().good ? State::half_open : State::open);
  EXPECT_EQ(health.counters().probes, 1u);
  EXPECT_EQ(health.counters().queries, 0u);
}

TEST_F(GuardedTest, AProbeMayBeAnsweredWithTheSoaOfItsZone) {
  health.failed({}, {Failure::Kind::rate_limited, "HTTP 429", 1s}, clock.now(), random);
  clock.advance(1s);
  stub->script = [](const Query& asked) {
    return StubUpstream::reply(asked, Rcode::NOERROR, {},
                               {"example. 60 IN SOA ns.example. admin.example. 1 7200 900 86400 60"});
  };
  EXPECT_TRUE(probe());
  EXPECT_EQ(health.state(), State::half_open);
}

const dns::testing::Lines data{"www.example. 300 IN A 192.0.2.1"};
INSTANTIATE_TEST_SUITE_P(
    Rcodes, GuardedProbeTest,
    ::testing::Values(ProbeCase{Rcode::NOERROR, data, true}, ProbeCase{Rcode::NOERROR, {}, false},
                      ProbeCase{Rcode::NXDOMAIN, data, false}, ProbeCase{Rcode::SERVFAIL, {}, false},
                      ProbeCase{Rcode::REFUSED, {}, false}, ProbeCase{Rcode::FORMERR, {}, false}));

/// An exchange that stays unanswered, in a time that the test moves.
class GuardedOverdueTest : public GuardedTest {
 protected:
  GuardedOverdueTest() { stub->hold(); }
  ~GuardedOverdueTest() override { stub->release(); }

  void advance(Duration by) {
    clock.advance(by);
    loop.restart();
    loop.poll();
  }
  std::uint64_t overdue() const { return health.counters().overdue; }
};

TEST_F(GuardedOverdueTest, HealthHearsOfItAtOnce) {
  const auto ended = start_task(nursery, guarded.exchange(query, deadline()));
  advance(999ms);
  EXPECT_EQ(overdue(), 0u);
  EXPECT_FALSE(health.probe_due());
  advance(1ms);
  EXPECT_EQ(overdue(), 1u);
  EXPECT_EQ(health.probe_due(), clock.now());
  EXPECT_EQ(health.standing(clock.now()).penalty, 20ms);
  EXPECT_FALSE(ended->result);
}

TEST_F(GuardedOverdueTest, ALateReplyIsStillASuccess) {
  stub->script = [](const Query& asked) { return StubUpstream::reply(asked, Rcode::NXDOMAIN); };
  const auto ended = start_task(nursery, guarded.exchange(query, deadline()));
  advance(1500ms);
  stub->release();
  ASSERT_TRUE(ended->result);
  EXPECT_TRUE(*ended->result);
  EXPECT_FALSE(health.probe_due());
  EXPECT_EQ(health.counters().replies, 1u);
}

TEST_F(GuardedOverdueTest, IsToldOnceAnExchange) {
  const auto ended = start_task(nursery, guarded.exchange(query, deadline()));
  advance(1s);
  advance(1s);
  ASSERT_TRUE(ended->result);
  EXPECT_EQ(overdue(), 1u);
  EXPECT_EQ(health.counters().failures[static_cast<std::size_t>(Failure::Kind::timeout)], 1u);
  EXPECT_LE(health.standing(clock.now()).penalty, 20ms);
}

TEST_F(GuardedOverdueTest, AProbeIsSoonerOverdue) {
  const auto ended = start_task(nursery, guarded.probe(query, deadline()));
  advance(400ms);
  EXPECT_EQ(overdue(), 1u);
}

TEST_F(GuardedOverdueTest, IsForgottenWithTheReply) {
  const auto ended = start_task(nursery, guarded.exchange(query, deadline()));
  advance(500ms);
  stub->release();
  ASSERT_TRUE(ended->result);
  advance(5s);
  EXPECT_EQ(overdue(), 0u);
}

TEST_F(GuardedTest, TenRefusalsInARowArePausedFor) {
  stub->script = [](const Query& asked) { return StubUpstream::reply(asked, Rcode::NXDOMAIN); };
  ask();
  stub->script = [](const Query& asked) { return StubUpstream::reply(asked, Rcode::REFUSED); };
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(health.closed());
    const char* name = i % 2 == 0 ? "www.example." : "www.example.org.";
    run(guarded.exchange({dns::testing::question(name), true}, deadline()));
  }
  EXPECT_EQ(health.state(), State::open);
  EXPECT_EQ(health.probe_due(), clock.now() + 5s);
}

}  // namespace
}  // namespace tributary::resolver
