#include <gtest/gtest.h>

#include "resolver/upstream/health.hpp"
#include "tests/support/scripted_random.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;

class DisabledUpstream : public ::testing::Test {
 protected:
  void open() {
    for (DomainTag domain = 1; domain <= 3; ++domain) {
      const Instant at = now - (3 - domain) * 1s;
      health.failed({Origin::client, domain, at}, {Failure::Kind::timeout, "as told", {}}, at, random);
    }
  }

  Health health{"quad9"};
  ScriptedRandom random{0x80000000};
  const Instant now{1h};
};

TEST_F(DisabledUpstream, IsNotClosedWhateverItsBreakerSays) {
  health.disable();
  EXPECT_FALSE(health.closed());
  EXPECT_EQ(health.state(), CircuitBreaker::State::closed);
  health.enable();
  EXPECT_TRUE(health.closed());
}

TEST_F(DisabledUpstream, IsNotProbedUnlessAskedFor) {
  open();
  ASSERT_NE(health.probe_due(), std::nullopt);
  health.disable();
  EXPECT_EQ(health.probe_due(), std::nullopt);
  health.want_probe();
  EXPECT_EQ(health.probe_due(), Instant());
  health.probe_sent(now, 1s);
  EXPECT_EQ(health.probe_due(), std::nullopt);
}

TEST_F(DisabledUpstream, AProbeIsWantedOnce) {
  unsigned woken = 0;
  health.when_probe_comes_sooner([&] { ++woken; });
  health.want_probe();
  EXPECT_EQ(woken, 1u);
  EXPECT_TRUE(health.probe_due());
  health.probe_sent(now, 1s);
  EXPECT_FALSE(health.probe_due());
}

TEST_F(DisabledUpstream, EnablingWakesTheProber) {
  unsigned woken = 0;
  open();
  health.disable();
  health.when_probe_comes_sooner([&] { ++woken; });
  health.enable();
  EXPECT_EQ(woken, 1u);
  EXPECT_TRUE(health.probe_due());
}

TEST_F(DisabledUpstream, ItsLastChangesAreKept) {
  for (int i = 0; i < 30; ++i) {
    open();
    health.forgive(now);
    for (int good = 0; good < 3; ++good) health.succeeded(1ms, now + std::chrono::seconds(60 * i + good));
  }
  const auto report = health.report(now);
  EXPECT_LE(report.changes.size(), 20u);
  ASSERT_FALSE(report.changes.empty());
  EXPECT_NE(report.changes.front().from, report.changes.front().to);
}

}  // namespace
}  // namespace tributary::resolver
