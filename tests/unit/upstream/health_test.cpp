#include "resolver/upstream/health.hpp"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/log.hpp"
#include "tests/support/scripted_random.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;
using State = CircuitBreaker::State;
using Origin = CircuitBreaker::Origin;

class HealthTest : public testing::Test {
 protected:
  void fail(Failure::Kind kind, std::optional<Duration> retry_after = {}) {
    health.failed(Origin::client, {kind, "as told by the test", retry_after}, now, random);
  }
  std::uint64_t failures(Failure::Kind kind) const {
    return health.counters().failures[static_cast<std::size_t>(kind)];
  }

  Health health{"quad9"};
  ScriptedRandom random{0x80000000};
  Instant now{1h};
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

TEST_F(HealthTest, CancellingIsNoFailure) {
  for (int i = 0; i < 5; ++i) fail(Failure::Kind::cancelled);
  EXPECT_TRUE(health.closed());
  EXPECT_EQ(failures(Failure::Kind::cancelled), 0u);
}

struct LatencyCase {
  Duration rtt;
  std::size_t bucket;
};

class HealthLatencyTest : public testing::TestWithParam<LatencyCase> {};

TEST_P(HealthLatencyTest, FallsIntoTheBucketWithTheNextBound) {
  Health health("quad9");
  health.succeeded(GetParam().rtt, Instant(1h));
  const auto& counters = health.counters();
  for (std::size_t i = 0; i < counters.latency.size(); ++i) {
    EXPECT_EQ(counters.latency[i], i == GetParam().bucket ? 1u : 0u) << i;
  }
  EXPECT_EQ(counters.latency_nanoseconds, static_cast<std::uint64_t>(GetParam().rtt.count()));
  EXPECT_EQ(counters.replies, 1u);
}

INSTANTIATE_TEST_SUITE_P(Latencies, HealthLatencyTest,
                         testing::Values(LatencyCase{0ns, 0}, LatencyCase{500us, 0}, LatencyCase{501us, 1},
                                         LatencyCase{10ms, 4}, LatencyCase{30ms, 6}, LatencyCase{2s, 11},
                                         LatencyCase{2001ms, 12}, LatencyCase{1min, 12}));

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
                                         PauseCase{Duration(24h), 5min}));

TEST_F(HealthTest, TellsThatItOpened) {
  int told = 0;
  health.when_opened([&] {
    ++told;
    EXPECT_TRUE(health.probe_due());  // without a lock held: this must not hang
  });
  fail(Failure::Kind::timeout);
  fail(Failure::Kind::timeout);
  EXPECT_EQ(told, 0);
  fail(Failure::Kind::timeout);
  EXPECT_EQ(told, 1);
  fail(Failure::Kind::timeout);
  EXPECT_EQ(told, 1);
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

TEST(HealthThreads, LoseNoCountAndEndInOneState) {
  log::configure(log::Format::text, log::Level::error);  // as always before threads start
  constexpr unsigned threads = 4, rounds = 2000;
  Health health("quad9");
  std::atomic<int> opened{0};
  health.when_opened([&] { ++opened; });
  {
    std::vector<std::jthread> workers;
    for (unsigned thread = 0; thread < threads; ++thread) {
      workers.emplace_back([&health] {
        ScriptedRandom random{0};
        for (unsigned i = 0; i < rounds; ++i) {
          const Instant now{1h + std::chrono::seconds(i)};
          health.query_sent(Origin::client);
          if (i % 8 < 4) {
            health.failed(Origin::client, {Failure::Kind::network, "refused", {}}, now, random);
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
  EXPECT_GT(opened, 0);
  EXPECT_EQ(health.closed(), !health.probe_due());
}

}  // namespace
}  // namespace tributary::resolver
