#include "resolver/upstream/breaker.hpp"

#include <string_view>

#include <gtest/gtest.h>

#include "tests/support/scripted_random.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;
using State = CircuitBreaker::State;
using Origin = CircuitBreaker::Origin;

/// What becomes of a breaker: each letter is an event, told one second after the one before.
///
///   S an exchange succeeded   C a client's failed   P a probe failed
struct StateCase {
  std::string_view events;
  State state;
};

class BreakerStateTest : public testing::TestWithParam<StateCase> {};

TEST_P(BreakerStateTest, FollowsItsEvents) {
  ScriptedRandom random{0x80000000};  // no jitter
  CircuitBreaker breaker;
  Instant now{1h};
  for (const char event : GetParam().events) {
    if (event == 'S') breaker.succeeded(now);
    if (event == 'C') breaker.failed(Origin::client, now, "timeout", random);
    if (event == 'P') breaker.failed(Origin::probe, now, "timeout", random);
    now += 1s;
  }
  EXPECT_EQ(breaker.state(), GetParam().state) << GetParam().events;
  EXPECT_EQ(breaker.probe_due().has_value(), breaker.state() != State::closed);
}

INSTANTIATE_TEST_SUITE_P(
    Events, BreakerStateTest,
    testing::Values(StateCase{"", State::closed}, StateCase{"CC", State::closed},
                    StateCase{"CCC", State::open}, StateCase{"PPP", State::open},
                    StateCase{"CCSCC", State::closed}, StateCase{"CCSCCC", State::open},
                    StateCase{"SSSSCC", State::closed}, StateCase{"CCCC", State::open},
                    StateCase{"CCCP", State::open}, StateCase{"CCCS", State::half_open},
                    StateCase{"CCCSS", State::half_open}, StateCase{"CCCSSS", State::closed},
                    StateCase{"CCCSSP", State::open}, StateCase{"CCCSSPSS", State::half_open},
                    StateCase{"CCCSSPSSS", State::closed}, StateCase{"CCCPS", State::half_open},
                    StateCase{"CCCSSSCC", State::closed}, StateCase{"CCCSSSCCC", State::open},
                    // A client's failure says nothing while the breaker is not closed.
                    StateCase{"CCCSC", State::half_open}, StateCase{"CCCSCCC", State::half_open},
                    StateCase{"CCCSCSCS", State::closed}));

class BreakerTest : public testing::Test {
 protected:
  auto fail(Origin origin = Origin::client) { return breaker.failed(origin, now, "no reply", random); }
  void open() {
    for (unsigned i = 0; i < CircuitBreaker::failures_to_open; ++i) fail();
    ASSERT_EQ(breaker.state(), State::open);
  }
  Duration wait() const { return *breaker.probe_due() - now; }

  CircuitBreaker breaker;
  ScriptedRandom random{0x80000000};
  Instant now{1h};
};

TEST_F(BreakerTest, TellsWhyItOpensOnce) {
  EXPECT_FALSE(fail());
  EXPECT_FALSE(fail());
  const auto transition = fail();
  ASSERT_TRUE(transition);
  EXPECT_EQ(transition->to, State::open);
  EXPECT_EQ(transition->reason, "no reply");
  EXPECT_FALSE(fail());
  EXPECT_FALSE(fail(Origin::probe));
}

TEST_F(BreakerTest, TellsEachStepOfItsRecovery) {
  open();
  now += 1s;
  const auto half = breaker.succeeded(now);
  ASSERT_TRUE(half);
  EXPECT_EQ(half->to, State::half_open);
  now += 1s;
  EXPECT_FALSE(breaker.succeeded(now));
  now += 1s;
  const auto closed = breaker.succeeded(now);
  ASSERT_TRUE(closed);
  EXPECT_EQ(closed->to, State::closed);
}

TEST_F(BreakerTest, CountsOneSuccessASecond) {
  open();
  for (int i = 0; i < 10; ++i) {
    breaker.succeeded(now);
    now += 99ms;
  }
  EXPECT_EQ(breaker.state(), State::half_open);
  now += 10ms;
  breaker.succeeded(now);
  EXPECT_EQ(breaker.state(), State::half_open);
  now += 1s;
  breaker.succeeded(now);
  EXPECT_EQ(breaker.state(), State::closed);
}

TEST_F(BreakerTest, ProbesASecondApartWhileHalfOpen) {
  open();
  breaker.succeeded(now);
  EXPECT_EQ(wait(), 1s);
  now += 1s;
  breaker.succeeded(now);
  EXPECT_EQ(wait(), 1s);
}

TEST_F(BreakerTest, BackOffDoublesUpToAMinute) {
  open();
  for (const auto expected : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s, 60s}) {
    EXPECT_EQ(wait(), expected);
    now += wait();
    fail(Origin::probe);
  }
}

TEST_F(BreakerTest, BackOffIsMoreOrLessByAQuarter) {
  struct {
    std::uint32_t random;
    Duration least, most;
  } constexpr cases[] = {{0, 750ms, 750ms}, {UINT32_MAX, 1249ms, 1250ms}};
  for (const auto& each : cases) {
    breaker = CircuitBreaker();
    random = ScriptedRandom{each.random};
    open();
    EXPECT_GE(wait(), each.least);
    EXPECT_LE(wait(), each.most);
  }
}

TEST_F(BreakerTest, BackOffIsNeverAboveAMinute) {
  random = ScriptedRandom{UINT32_MAX};
  open();
  for (int i = 0; i < 40; ++i) {
    EXPECT_LE(wait(), 60s);
    now += wait();
    fail(Origin::probe);
  }
}

TEST_F(BreakerTest, ABadProbeAfterGoodOnesLengthensTheBackOff) {
  open();
  now += 1s;
  breaker.succeeded(now);
  now += 1s;
  const auto transition = fail(Origin::probe);
  ASSERT_TRUE(transition);
  EXPECT_EQ(transition->to, State::open);
  EXPECT_EQ(wait(), 2s);
}

TEST_F(BreakerTest, BackOffStartsAnewOnceItWasClosed) {
  open();
  fail(Origin::probe);
  for (int i = 0; i < 3; ++i) breaker.succeeded(now += 1s);
  ASSERT_EQ(breaker.state(), State::closed);
  open();
  EXPECT_EQ(wait(), 1s);
}

TEST_F(BreakerTest, ClientsThatFailDoNotPostponeTheProbe) {
  open();
  const auto due = breaker.probe_due();
  now += 500ms;
  fail();
  EXPECT_EQ(breaker.probe_due(), due);
  EXPECT_EQ(breaker.last_failure(), now);
}

TEST_F(BreakerTest, NoOtherProbeIsDueBeforeTheEndOfOne) {
  open();
  now += 1s;
  breaker.probe_sent(now, 2s);
  EXPECT_EQ(wait(), 2s);
}

TEST_F(BreakerTest, PausesForAsLongAsItIsAsked) {
  const auto transition = breaker.pause(now, 30s, "HTTP 429");
  ASSERT_TRUE(transition);
  EXPECT_EQ(transition->to, State::open);
  EXPECT_EQ(transition->reason, "HTTP 429");
  EXPECT_EQ(wait(), 30s);
  EXPECT_EQ(breaker.last_failure(), now);
}

TEST_F(BreakerTest, LateRepliesDoNotEndAPause) {
  breaker.pause(now, 30s, "HTTP 429");
  now += 2s;
  EXPECT_FALSE(breaker.succeeded(now));
  EXPECT_EQ(breaker.state(), State::open);
  EXPECT_EQ(wait(), 28s);
  now += 28s;
  breaker.succeeded(now);
  EXPECT_EQ(breaker.state(), State::half_open);
}

TEST_F(BreakerTest, APauseIsNoRowOfFailures) {
  breaker.pause(now, 30s, "HTTP 429");
  now += 30s;
  fail(Origin::probe);
  EXPECT_EQ(wait(), 1s);
}

TEST_F(BreakerTest, StatesHaveNames) {
  EXPECT_STREQ(to_text(State::closed), "closed");
  EXPECT_STREQ(to_text(State::open), "open");
  EXPECT_STREQ(to_text(State::half_open), "half_open");
}

}  // namespace
}  // namespace tributary::resolver
