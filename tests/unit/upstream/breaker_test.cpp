#include "resolver/upstream/breaker.hpp"

#include <string_view>

#include <gtest/gtest.h>

#include "tests/support/scripted_random.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;
using State = CircuitBreaker::State;
using Origin = CircuitBreaker::Origin;

/// What becomes of a breaker: each letter is an event, told one second after the one before, of an exchange
/// sent just before it. Each exchange asks about another domain.
///
///   S an exchange was answered well   E answered with an error   C a client's failed   P a probe failed
///   L a client's is overdue   l that one ends, too late   O outdone by a sibling
struct StateCase {
  std::string_view events;
  State state;
};

class BreakerTest : public testing::Test {
 protected:
  SentExchange sent_now(Origin origin = Origin::client) { return {origin, ++domain, now}; }
  CircuitBreaker::Moment moment() { return {now, patience, random}; }
  auto fail(Origin origin = Origin::client) { return breaker.failed(sent_now(origin), "no reply", moment()); }
  auto answer(bool well = true) { return breaker.answered(now, well, now); }
  void be_late() {
    late = sent_now();
    breaker.overdue(late, "no reply in time", moment());
    late.overdue = true;
  }
  void tell(char event) {
    if (event == 'S') answer();
    if (event == 'E') answer(false);
    if (event == 'C') fail();
    if (event == 'P') fail(Origin::probe);
    if (event == 'L') be_late();
    if (event == 'l') breaker.failed(late, "no reply", moment());
    if (event == 'O') breaker.outdone(++domain, "SERVFAIL", moment());
  }
  void tell_all(std::string_view events) {
    for (const char event : events) {
      tell(event);
      now += 1s;
    }
  }
  /// By three failures, the last one now. The back-off starts now.
  void open() {
    tell_all("CC");
    fail();
    ASSERT_EQ(breaker.state(), State::open);
  }
  Duration wait() const { return *breaker.probe_due() - now; }

  CircuitBreaker breaker;
  ScriptedRandom random{0x80000000};  // no jitter
  Instant now{1h};
  Duration patience = 400ms;
  DomainTag domain = 1;
  SentExchange late;
};

class BreakerStateTest : public BreakerTest, public testing::WithParamInterface<StateCase> {};

TEST_P(BreakerStateTest, FollowsItsEvents) {
  tell_all(GetParam().events);
  EXPECT_EQ(breaker.state(), GetParam().state) << GetParam().events;
}

INSTANTIATE_TEST_SUITE_P(
    Events, BreakerStateTest,
    testing::Values(StateCase{"", State::closed}, StateCase{"CC", State::closed},
                    StateCase{"CCC", State::open}, StateCase{"CPP", State::open},
                    StateCase{"PPP", State::closed}, StateCase{"CCSCC", State::closed},
                    StateCase{"CCSCCC", State::open}, StateCase{"SSSSCC", State::closed},
                    StateCase{"CCCC", State::open}, StateCase{"CCCP", State::open},
                    StateCase{"CCCS", State::half_open}, StateCase{"CCCSS", State::half_open},
                    StateCase{"CCCSSS", State::closed}, StateCase{"CCCSSP", State::open},
                    StateCase{"CCCSSPSS", State::half_open}, StateCase{"CCCSSPSSS", State::closed},
                    StateCase{"CCCPS", State::half_open}, StateCase{"CCCSSSCC", State::closed},
                    StateCase{"CCCSSSCCC", State::open},
                    // A client's failure says nothing while the breaker is not closed.
                    StateCase{"CCCSC", State::half_open}, StateCase{"CCCSCCC", State::half_open},
                    StateCase{"CCCSCSCS", State::closed}, StateCase{"CCCSLLLL", State::half_open},
                    // An overdue exchange counts once in a row.
                    StateCase{"LLL", State::open}, StateCase{"LlC", State::closed},
                    StateCase{"LlL", State::closed}, StateCase{"LlCC", State::open},
                    StateCase{"LSLSLSLS", State::closed}, StateCase{"LLSL", State::closed},
                    // An error shows that it lives; it brings nobody back.
                    StateCase{"CCEC", State::closed}, StateCase{"CCCEEEE", State::open},
                    StateCase{"CCCSEES", State::half_open},
                    // Whether it answers, and how well, are told apart.
                    StateCase{"OOO", State::open}, StateCase{"EOEOEO", State::open},
                    StateCase{"OOCC", State::closed}, StateCase{"OOSO", State::closed},
                    StateCase{"OOCO", State::open}, StateCase{"OOOSSS", State::closed}));

TEST_F(BreakerTest, TellsWhyItOpensOnce) {
  EXPECT_FALSE(fail());
  now += 600ms;
  EXPECT_FALSE(fail());
  now += 600ms;
  const auto transition = fail();
  ASSERT_TRUE(transition);
  EXPECT_EQ(transition->to, State::open);
  EXPECT_EQ(transition->reason, "3 failures in 1.2 s: no reply");
  EXPECT_FALSE(fail());
  EXPECT_FALSE(fail(Origin::probe));
}

TEST_F(BreakerTest, TellsEachStepOfItsRecovery) {
  open();
  now += 1s;
  const auto half = answer();
  ASSERT_TRUE(half);
  EXPECT_EQ(half->to, State::half_open);
  now += 1s;
  EXPECT_FALSE(answer());
  now += 1s;
  const auto closed = answer();
  ASSERT_TRUE(closed);
  EXPECT_EQ(closed->to, State::closed);
}

TEST_F(BreakerTest, CountsOneSuccessASecond) {
  open();
  for (int i = 0; i < 10; ++i) {
    answer();
    now += 99ms;
  }
  EXPECT_EQ(breaker.state(), State::half_open);
  now += 10ms;
  answer();
  EXPECT_EQ(breaker.state(), State::half_open);
  now += 1s;
  answer();
  EXPECT_EQ(breaker.state(), State::closed);
}

TEST_F(BreakerTest, ProbesASecondApartWhileHalfOpen) {
  open();
  answer();
  EXPECT_EQ(wait(), 1s);
  now += 1s;
  answer();
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
  answer();
  now += 1s;
  const auto transition = fail(Origin::probe);
  ASSERT_TRUE(transition);
  EXPECT_EQ(transition->to, State::open);
  EXPECT_EQ(wait(), 2s);
}

TEST_F(BreakerTest, BackOffStartsAnewOnceItWasClosed) {
  open();
  fail(Origin::probe);
  for (int i = 0; i < 3; ++i) (now += 1s, answer());
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
  EXPECT_FALSE(answer());
  EXPECT_EQ(breaker.state(), State::open);
  EXPECT_EQ(wait(), 28s);
  now += 28s;
  answer();
  EXPECT_EQ(breaker.state(), State::half_open);
}

TEST_F(BreakerTest, APauseIsNoRowOfFailures) {
  breaker.pause(now, 30s, "HTTP 429");
  now += 30s;
  fail(Origin::probe);
  EXPECT_EQ(wait(), 1s);
}

TEST_F(BreakerTest, SaysWhatSiblingsDidBetter) {
  tell_all("OO");
  const auto transition = breaker.outdone(++domain, "SERVFAIL where a sibling had an answer", moment());
  ASSERT_TRUE(transition);
  EXPECT_EQ(transition->reason, "3 failures in 2.0 s: SERVFAIL where a sibling had an answer");
}

TEST_F(BreakerTest, HalfOfManyFailuresOpenItToo) {
  std::optional<CircuitBreaker::Transition> transition;
  for (int i = 0; i < 10; ++i) {
    now += 100ms;
    answer();
    ASSERT_FALSE(transition);
    transition = fail();
  }
  ASSERT_TRUE(transition);
  EXPECT_EQ(transition->reason, "10 of 20 exchanges failed within 10 s: no reply");
}

TEST_F(BreakerTest, ADeadZoneOpensNothing) {
  for (int i = 0; i < 100; ++i) {
    breaker.failed({Origin::client, 7, now}, "no reply", moment());
    now += 100ms;
  }
  EXPECT_EQ(breaker.state(), State::closed);
}

TEST_F(BreakerTest, AReplyRefutesWhatWasSentBefore) {
  const Instant sent = now;
  breaker.answered(sent + 1ms, true, now += 100ms);
  for (const auto after : {400ms, 900ms, 1400ms}) {
    now = sent + after;
    breaker.overdue({Origin::client, ++domain, sent}, "no reply in time", moment());
  }
  EXPECT_EQ(breaker.state(), State::closed);
  EXPECT_FALSE(breaker.probe_due());
}

TEST_F(BreakerTest, IsProbedFiveTimesASecondWhileSuspected) {
  EXPECT_FALSE(breaker.probe_due());
  be_late();
  EXPECT_EQ(wait(), 0s);
  breaker.probe_sent(now, 3s);
  EXPECT_EQ(wait(), 200ms);
  answer();
  EXPECT_FALSE(breaker.probe_due());
}

TEST_F(BreakerTest, AnErrorEndsTheSuspicion) {
  fail();
  ASSERT_TRUE(breaker.probe_due());
  answer(false);
  EXPECT_FALSE(breaker.probe_due());
}

TEST_F(BreakerTest, AProbeThatIsMerelySlowBeginsNoSuspicionAnew) {
  fail();
  const auto first = sent_now(Origin::probe);
  const auto second = SentExchange{Origin::probe, probe_tag, now + 200ms};
  breaker.answered(first.at, true, now + 450ms);
  now += 600ms;
  breaker.overdue(second, "no reply in time", moment());
  EXPECT_FALSE(breaker.probe_due());
}

TEST_F(BreakerTest, ProbesOfTheSuspicionDoNotLengthenTheBackOff) {
  const auto probe = sent_now(Origin::probe);
  open();
  breaker.failed(probe, "no reply", moment());
  EXPECT_EQ(wait(), 1s);
}

TEST_F(BreakerTest, ForgivingEndsARow) {
  tell_all("CC");
  breaker.forgive(now);
  EXPECT_FALSE(breaker.probe_due());
  tell_all("CC");
  EXPECT_EQ(breaker.state(), State::closed);
}

TEST_F(BreakerTest, ForgivingBringsAProbeAtOnceAndAShortBackOff) {
  open();
  for (int i = 0; i < 5; ++i) fail(Origin::probe);
  ASSERT_EQ(wait(), 32s);
  breaker.forgive(now);
  EXPECT_EQ(wait(), 0s);
  fail(Origin::probe);
  EXPECT_EQ(wait(), 1s);
}

TEST_F(BreakerTest, WhatIsStillOnItsWayIsForgivenToo) {
  const auto probe = sent_now(Origin::probe), query = sent_now();
  open();
  now += 1s;
  breaker.forgive(now);
  answer();
  ASSERT_EQ(breaker.state(), State::half_open);
  breaker.failed(probe, "no reply", moment());
  EXPECT_EQ(breaker.state(), State::half_open);
  for (int i = 0; i < 2; ++i) {
    now += 1s;
    answer();
  }
  ASSERT_EQ(breaker.state(), State::closed);
  breaker.failed(query, "no reply", moment());
  EXPECT_FALSE(breaker.probe_due());
}

TEST_F(BreakerTest, ALaterPauseDoesNotShortenAnEarlierOne) {
  breaker.pause(now, 300s, "HTTP 429");
  breaker.pause(now, 5s, "HTTP 503");
  EXPECT_EQ(wait(), 300s);
}

TEST_F(BreakerTest, APauseIsNotForgiven) {
  breaker.pause(now, 30s, "HTTP 429");
  breaker.forgive(now);
  EXPECT_EQ(wait(), 30s);
}

TEST_F(BreakerTest, StatesHaveNames) {
  EXPECT_STREQ(to_text(State::closed), "closed");
  EXPECT_STREQ(to_text(State::open), "open");
  EXPECT_STREQ(to_text(State::half_open), "half_open");
}

}  // namespace
}  // namespace tributary::resolver
