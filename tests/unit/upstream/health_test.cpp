#include "resolver/upstream/health.hpp"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/log.hpp"
#include "tests/support/scripted_random.hpp"
#include "tests/unit/dns/octets_of.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;
using State = CircuitBreaker::State;
using Origin = CircuitBreaker::Origin;

class HealthTest : public testing::Test {
 protected:
  void fail(Failure::Kind kind, std::optional<Duration> retry_after = {}) {
    health.failed({Origin::client, ++domain, now}, {kind, "as told by the test", retry_after}, now, random);
  }
  void fail_over(Duration time, unsigned times) {
    for (unsigned i = 0; i < times; ++i) {
      if (i > 0) now += time / (times - 1);
      fail(Failure::Kind::timeout);
    }
  }
  void answer(Duration rtt, unsigned times) {
    for (unsigned i = 0; i < times; ++i) health.succeeded(rtt, now += 100ms);
  }
  std::uint64_t failures(Failure::Kind kind) const {
    return health.counters().failures[static_cast<std::size_t>(kind)];
  }

  Health health{"quad9"};
  ScriptedRandom random{0x80000000};
  Instant now{1h};
  DomainTag domain = 1;
};

TEST_F(HealthTest, StartsClosedAndCountsNothing) {
  EXPECT_TRUE(health.closed());
  EXPECT_EQ(health.probe_due(), std::nullopt);
  EXPECT_EQ(health.counters().queries, 0u);
  EXPECT_EQ(health.last_failure(), Instant{});
}

TEST_F(HealthTest, CountsQueriesAndProbesApart) {
  health.query_sent(Origin::client);
  health.query_sent(Origin::client);
  health.query_sent(Origin::probe);
  EXPECT_EQ(health.counters().queries, 2u);
  EXPECT_EQ(health.counters().probes, 1u);
}

TEST_F(HealthTest, CountsWins) {
  health.won();
  EXPECT_EQ(health.counters().wins, 1u);
}

TEST_F(HealthTest, CountsFailuresByKind) {
  fail(Failure::Kind::timeout);
  fail(Failure::Kind::tls);
  fail(Failure::Kind::timeout);
  EXPECT_EQ(failures(Failure::Kind::timeout), 2u);
  EXPECT_EQ(failures(Failure::Kind::tls), 1u);
  EXPECT_EQ(failures(Failure::Kind::network), 0u);
  EXPECT_EQ(health.last_failure(), now);
}

TEST_F(HealthTest, TellsTheLastFailureUntilAGoodReplyComes) {
  EXPECT_FALSE(health.report(now).last_failure);
  fail(Failure::Kind::network);
  fail(Failure::Kind::tls);
  const auto last = health.report(now).last_failure;
  ASSERT_TRUE(last);
  EXPECT_EQ(last->failure.kind, Failure::Kind::tls);
  EXPECT_EQ(last->failure.detail, "as told by the test");
  EXPECT_EQ(last->at, now);
  answer(1ms, 1);
  EXPECT_FALSE(health.report(now).last_failure);
}

TEST_F(HealthTest, CancellingIsNoFailure) {
  for (int i = 0; i < 5; ++i) fail(Failure::Kind::cancelled);
  EXPECT_TRUE(health.closed());
  for (const auto& counted : health.counters().failures) EXPECT_EQ(counted, 0u);
}

TEST_F(HealthTest, CountsHowLongRepliesTake) {
  health.succeeded(10ms, now);
  const auto counts = health.counters().latency.counts();
  EXPECT_EQ(counts.buckets[18], 1u);
  EXPECT_EQ(latency_bounds[18], 10ms);
  EXPECT_EQ(counts.nanoseconds, 10'000'000u);
  EXPECT_EQ(health.counters().replies, 1u);
}

TEST_F(HealthTest, CountsHedgesAndLosses) {
  health.hedge_sent();
  health.hedge_sent();
  health.hedge_won();
  health.lost();
  EXPECT_EQ(health.counters().hedges, 2u);
  EXPECT_EQ(health.counters().hedge_wins, 1u);
  EXPECT_EQ(health.counters().losses, 1u);
}

struct PauseCase {
  std::optional<Duration> retry_after;
  Duration pause;
};

class HealthPauseTest : public HealthTest, public testing::WithParamInterface<PauseCase> {};

TEST_P(HealthPauseTest, LeavesAloneWhoLimitsTheRate) {
  fail(Failure::Kind::rate_limited, GetParam().retry_after);
  EXPECT_EQ(health.state(), State::open);
  EXPECT_EQ(health.probe_due(), now + GetParam().pause);
}

INSTANTIATE_TEST_SUITE_P(Pauses, HealthPauseTest,
                         testing::Values(PauseCase{std::nullopt, 5s}, PauseCase{Duration(30s), 30s},
                                         PauseCase{Duration(24h), 5min}, PauseCase{Duration(0s), 1s}));

TEST_F(HealthTest, TellsWhenAProbeComesSooner) {
  int told = 0;
  health.when_probe_comes_sooner([&] {
    ++told;
    EXPECT_TRUE(health.probe_due());  // without a lock held: this must not hang
  });
  fail(Failure::Kind::timeout);  // suspected: at once
  EXPECT_EQ(told, 1);
  health.probe_sent(now, 3s);
  fail_over(1s, 3);  // open: in a second, later than was known
  EXPECT_EQ(health.state(), State::open);
  EXPECT_EQ(told, 1);
  for (int i = 0; i < 3; ++i) {
    now = *health.probe_due();
    health.failed({Origin::probe, probe_tag, now}, {Failure::Kind::timeout, "no reply", {}}, now, random);
  }
  ASSERT_EQ(health.probe_due(), now + 8s);
  health.succeeded(10ms, now += 1s);  // of a client: half open
  EXPECT_EQ(health.probe_due(), now + 1s);
  EXPECT_EQ(told, 2);
}

TEST_F(HealthTest, ASentProbePostponesTheNext) {
  fail(Failure::Kind::rate_limited);
  now += 5s;
  health.probe_sent(now, 3s);
  EXPECT_EQ(health.probe_due(), now + 3s);
}

TEST_F(HealthTest, ClosesAgain) {
  fail(Failure::Kind::rate_limited);
  now += 5s;
  for (int i = 0; i < 3; ++i) health.succeeded(10ms, now += 1s);
  EXPECT_TRUE(health.closed());
  EXPECT_EQ(health.probe_due(), std::nullopt);
}

TEST_F(HealthTest, StandsForNothingAtFirst) {
  const auto standing = health.standing(now);
  EXPECT_EQ(standing.typical_rtt, 0s);
  EXPECT_EQ(standing.hedge_delay, 100ms);
  EXPECT_EQ(standing.penalty, 0s);
  EXPECT_EQ(standing.in_flight, 0u);
  EXPECT_EQ(standing.share, 1);
  EXPECT_EQ(health.patience(Origin::client), 1s);
  EXPECT_EQ(health.patience(Origin::probe), 400ms);
}

TEST_F(HealthTest, StandsByItsReplies) {
  for (int i = 0; i < 3; ++i) health.query_sent(Origin::client);
  answer(30ms, 2);
  EXPECT_EQ(health.standing(now).typical_rtt, 30ms);
  EXPECT_EQ(health.standing(now).in_flight, 1u);
  EXPECT_EQ(health.patience(Origin::client), 400ms);
  now += 61s;
  EXPECT_EQ(health.standing(now).typical_rtt, 0s);
}

TEST_F(HealthTest, TheStandingFollowsAtHighRates) {
  for (int i = 0; i < 200; ++i) health.succeeded(10ms, now += 1ms);
  for (int i = 0; i < 40; ++i) health.succeeded(70ms, now += 1ms);
  EXPECT_EQ(health.standing(now).typical_rtt, 70ms);
  EXPECT_EQ(health.standing(now).hedge_delay, 70ms);
}

TEST_F(HealthTest, StandsByItsFailures) {
  fail(Failure::Kind::timeout);
  health.unanswered_at_hedge(now);
  EXPECT_EQ(health.standing(now).penalty, 24ms);
  EXPECT_EQ(health.counters().hedged, 1u);
  health.outdone(dns::testing::name("www.example."), "SERVFAIL", now, random);
  EXPECT_EQ(health.standing(now).penalty, 400ms);
  EXPECT_EQ(health.counters().outdone, 1u);
  health.succeeded(10ms, now);
  EXPECT_EQ(health.standing(now).penalty, 360ms);
  EXPECT_EQ(health.standing(now + 30s).penalty, 180ms);
}

TEST_F(HealthTest, AnErrorIsNoMeasureOfItsSpeed) {
  fail(Failure::Kind::timeout);
  health.answered_badly({Origin::client, 1, now}, 1ms, dns::Rcode::SERVFAIL, now, random);
  EXPECT_EQ(health.standing(now).penalty, 20ms);
  EXPECT_EQ(health.standing(now).typical_rtt, 0s);
  EXPECT_EQ(health.counters().replies, 1u);
}

TEST_F(HealthTest, BeingOutdoneForSeveralDomainsOpensIt) {
  for (const char* name : {"a.example.org.", "b.example.org.", "c.example.org."}) {
    health.outdone(dns::testing::name(name), "SERVFAIL", now += 1s, random);
  }
  EXPECT_TRUE(health.closed());
  health.outdone(dns::testing::name("a.example.net."), "SERVFAIL", now += 1s, random);
  EXPECT_EQ(health.state(), State::open);
}

TEST_F(HealthTest, ComesBackByARamp) {
  fail_over(1s, 3);
  ASSERT_EQ(health.state(), State::open);
  for (int i = 0; i < 3; ++i) health.succeeded(10ms, now += 1s);
  ASSERT_TRUE(health.closed());
  EXPECT_DOUBLE_EQ(health.standing(now).share, 0.1);
  EXPECT_DOUBLE_EQ(health.standing(now + 10s).share, 0.4);
  EXPECT_DOUBLE_EQ(health.standing(now + 30s).share, 1);
}

TEST_F(HealthTest, ThePenaltyOfOneThatHasJustComeBackFadesAfterItsRamp) {
  fail_over(1s, 3);
  for (int i = 0; i < 3; ++i) health.succeeded(10ms, now += 1s);
  ASSERT_TRUE(health.closed());
  const auto penalty = health.standing(now).penalty;
  ASSERT_GT(penalty, 0s);
  EXPECT_EQ(health.standing(now + 30s).penalty, penalty);
  EXPECT_LT(health.standing(now + 31s).penalty, penalty);
  EXPECT_EQ(health.standing(now + 90s).penalty, 0s);
}

TEST_F(HealthTest, LosesItsShareWhileSlow) {
  answer(1500ms, 150);
  EXPECT_DOUBLE_EQ(health.standing(now).share, 0.5);
}

TEST_F(HealthTest, ForgivesWhatItWasBlamedFor) {
  fail(Failure::Kind::timeout);
  fail(Failure::Kind::timeout);
  now += 1s;
  health.forgive(now);
  fail(Failure::Kind::timeout);
  EXPECT_TRUE(health.closed());
  EXPECT_EQ(health.standing(now).penalty, 20ms);
}

/// Two upstreams behind our own link.
class HealthLinkTest : public testing::Test {
 protected:
  void fail(Health& upstream, Failure::Kind kind = Failure::Kind::timeout) {
    upstream.failed({Origin::client, ++domain, now}, {kind, "no reply", {}}, now, random);
  }
  void lose_link() {
    for (int i = 0; i < 6; ++i) {
      fail(i % 2 == 0 ? one : two);
      now += 100ms;
    }
    ASSERT_TRUE(link.down());
  }

  LocalLink link;
  Health one{"one", &link}, two{"two", &link}, zone{"zone"};
  ScriptedRandom random{0x80000000};
  Instant now{1h};
  DomainTag domain = 1;
};

TEST_F(HealthLinkTest, NobodyIsBlamedWhileItIsDown) {
  lose_link();
  const auto penalty = one.standing(now + 10s).penalty;
  for (int i = 0; i < 100; ++i) {
    fail(one);
    fail(two);
    now += 100ms;
  }
  EXPECT_TRUE(one.closed());
  EXPECT_TRUE(two.closed());
  EXPECT_EQ(one.probe_due(), std::nullopt);
  EXPECT_EQ(one.standing(now).penalty, penalty);
  EXPECT_GT(one.counters().failures[static_cast<std::size_t>(Failure::Kind::timeout)], 100u);
}

TEST_F(HealthLinkTest, TheFirstReplyEndsItAndAllIsForgotten) {
  lose_link();
  two.succeeded(10ms, now += 1s);
  EXPECT_FALSE(link.down());
  EXPECT_EQ(one.standing(now).penalty, 0s);
  fail(one);
  EXPECT_TRUE(one.closed());
}

TEST_F(HealthLinkTest, AnOverdueExchangeCountsOnce) {
  for (int i = 0; i < 4; ++i) {
    SentExchange exchange{Origin::client, ++domain, now};
    auto& upstream = i % 2 == 0 ? one : two;
    upstream.overdue(exchange, now, random);
    EXPECT_TRUE(exchange.overdue);
    upstream.failed(exchange, {Failure::Kind::timeout, "no reply", {}}, now, random);
    now += 150ms;
  }
  EXPECT_FALSE(link.down());
  fail(one);
  EXPECT_TRUE(link.down());
}

TEST_F(HealthLinkTest, WithoutAnyRouteItIsDownAtOnce) {
  int told = 0;
  two.when_probe_comes_sooner([&] { ++told; });
  fail(one, Failure::Kind::no_route);
  EXPECT_FALSE(link.down());
  fail(two, Failure::Kind::no_route);
  EXPECT_TRUE(link.down());
  EXPECT_EQ(told, 1);
}

TEST_F(HealthLinkTest, ALimitedRateIsAReply) {
  lose_link();
  fail(one, Failure::Kind::rate_limited);
  EXPECT_EQ(one.state(), State::open);
}

TEST_F(HealthLinkTest, AZoneInMemorySaysNothingOfIt) {
  lose_link();
  zone.succeeded(0ms, now);
  EXPECT_TRUE(link.down());
  EXPECT_FALSE(zone.on_network());
  EXPECT_TRUE(one.on_network());
}

TEST(HealthThreads, LoseNoCountAndEndInOneState) {
  log::configure(log::Format::text, log::Level::error);  // as always before threads start
  constexpr unsigned threads = 4, rounds = 2000;
  Health health("quad9");
  std::atomic<int> sooner{0};
  health.when_probe_comes_sooner([&] { ++sooner; });
  {
    std::vector<std::jthread> workers;
    for (unsigned thread = 0; thread < threads; ++thread) {
      workers.emplace_back([&health] {
        ScriptedRandom random{0};
        for (unsigned i = 0; i < rounds; ++i) {
          const Instant now{1h + std::chrono::seconds(i)};
          health.query_sent(Origin::client);
          if (i % 8 < 4) {
            health.failed({Origin::client, i, now}, {Failure::Kind::network, "refused", {}}, now, random);
          } else {
            health.succeeded(1ms, now);
          }
          if (const auto due = health.probe_due(); due && *due <= now) health.probe_sent(now, 2s);
        }
      });
    }
  }
  EXPECT_EQ(health.counters().queries, threads * rounds);
  EXPECT_EQ(health.counters().failures[static_cast<std::size_t>(Failure::Kind::network)],
            threads * rounds / 2);
  EXPECT_EQ(health.counters().replies, threads * rounds / 2);
  EXPECT_GT(sooner, 0);
  for (int i = 0; i < 3; ++i) health.succeeded(1ms, Instant(3h + std::chrono::seconds(i)));
  EXPECT_TRUE(health.closed());
  EXPECT_FALSE(health.probe_due());
}

}  // namespace
}  // namespace tributary::resolver
