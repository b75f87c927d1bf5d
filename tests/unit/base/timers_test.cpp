#include "base/timers.hpp"

#include <gtest/gtest.h>
#include <asio/io_context.hpp>

#include <deque>
#include <random>

#include "base/nursery.hpp"
#include "tests/support/manual_clock.hpp"

namespace tributary {
namespace {

using namespace std::chrono_literals;

class TimersTest : public ::testing::Test {
 protected:
  /// A timer that notes when it goes off.
  class Noted final : public Timers::Timer {
   public:
    explicit Noted(Clock& clock) : clock_(clock) {}
    std::vector<Instant> went_off;

   private:
    void expire() override { went_off.push_back(clock_.now()); }
    Clock& clock_;
  };

  void advance(Duration by) {
    clock.advance(by);
    loop.restart();
    loop.poll();
  }
  Instant in(Duration time) const { return clock.now() + time; }

  ManualClock clock;
  asio::io_context loop;
  Timers timers{loop.get_executor(), clock};
};

TEST_F(TimersTest, GoOffAtTheirTimeAndNotBefore) {
  for (const Duration after : {Duration(1), Duration(1ms), Duration(4ms), Duration(400ms), Duration(1h)}) {
    Noted timer(clock);
    const Instant at = in(after);
    timers.set(timer, at);
    advance(after - Duration(1));
    EXPECT_TRUE(timer.went_off.empty()) << after.count();
    advance(Duration(1));
    EXPECT_EQ(timer.went_off, std::vector{at}) << after.count();
  }
}

TEST_F(TimersTest, NeedNoEventLoop) {
  Timers by_hand(clock);
  EXPECT_EQ(by_hand.next_due(), Instant::max());
  Noted early(clock), late(clock);
  by_hand.set(late, in(1h));
  by_hand.set(early, in(1s));
  EXPECT_EQ(by_hand.next_due(), in(1s));
  clock.advance(1s);
  by_hand.expire_due();
  EXPECT_EQ(early.went_off, std::vector{clock.now()});
  EXPECT_TRUE(late.went_off.empty());
  EXPECT_EQ(by_hand.next_due(), in(1h - 1s));
}

TEST_F(TimersTest, WhatIsOverdueGoesOffOnTheEventLoop) {
  Noted timer(clock);
  timers.set(timer, in(-1h));
  EXPECT_TRUE(timer.went_off.empty());
  advance({});
  EXPECT_EQ(timer.went_off.size(), 1U);
}

TEST_F(TimersTest, ACancelledOneDoesNotGoOff) {
  Noted first(clock), cancelled(clock), last(clock);
  for (auto* timer : {&first, &cancelled, &last}) timers.set(*timer, in(5ms));
  cancelled.cancel();
  advance(1s);
  EXPECT_EQ(first.went_off.size(), 1U);
  EXPECT_EQ(cancelled.went_off.size(), 0U);
  EXPECT_EQ(last.went_off.size(), 1U);
}

TEST_F(TimersTest, ADestroyedOneDoesNotGoOff) {
  Noted first(clock), last(clock);
  timers.set(first, in(5ms));
  {
    Noted destroyed(clock);
    timers.set(destroyed, in(5ms));
  }
  timers.set(last, in(5ms));
  advance(1s);
  EXPECT_EQ(first.went_off.size() + last.went_off.size(), 2U);
}

TEST_F(TimersTest, ALaterOneDoesNotDelayAnEarlierOne) {
  Noted early(clock), late(clock);
  timers.set(late, in(1h));
  timers.set(early, in(1ms));
  advance(1ms);
  EXPECT_EQ(early.went_off.size(), 1U);
  EXPECT_TRUE(late.went_off.empty());
}

/// One that cancels another when it goes off.
class Cancelling final : public Timers::Timer {
 public:
  explicit Cancelling(Timers::Timer& other) : other_(other) {}
  int times = 0;

 private:
  void expire() override {
    ++times;
    other_.cancel();
  }
  Timers::Timer& other_;
};

TEST_F(TimersTest, OneMayCancelAnotherThatIsDueToo) {
  Noted noted(clock);
  Cancelling a(noted), b(noted);
  timers.set(a, in(5ms));
  timers.set(noted, in(5ms));
  timers.set(b, in(5ms));
  advance(5ms);
  EXPECT_EQ(a.times + b.times, 2);
  EXPECT_TRUE(noted.went_off.empty());
}

/// The event loop's timer and the clock need not agree to the nanosecond.
class EarlyClock final : public Clock {
 public:
  Instant now() const noexcept override { return manual.now(); }
  void arm(asio::steady_timer& timer, Instant at) override {
    if (++armed == 1) return static_cast<void>(timer.expires_at(asio::steady_timer::time_point::min()));
    manual.arm(timer, at);
  }
  void disarm(asio::steady_timer& timer) override { manual.disarm(timer); }

  ManualClock manual;
  int armed = 0;
};

TEST(Timers, OneGoesOffThoughItsDriverWokeTooEarly) {
  EarlyClock clock;
  asio::io_context loop;
  Timers timers(loop.get_executor(), clock);
  std::optional<bool> rung;
  Alarm alarm(timers);
  Nursery nursery;
  nursery.start(
      [](Alarm* waited, Instant until, std::optional<bool>* out) -> Task<> {
        *out = co_await waited->wait_until(until);
      }(&alarm, clock.now() + 1s, &rung),
      "a wait");
  loop.poll();
  EXPECT_FALSE(rung);
  clock.manual.advance(1s);
  loop.restart();
  loop.poll();
  EXPECT_EQ(rung, false);
}

TEST_F(TimersTest, ManyGoOffEachAtItsTime) {
  std::mt19937 random(1);
  std::uniform_int_distribution<std::int64_t> nanoseconds(1, std::chrono::nanoseconds(20s).count());
  std::deque<Noted> many;
  std::vector<Instant> expected;
  for (int i = 0; i < 2000; ++i) {
    expected.push_back(in(Duration(nanoseconds(random))));
    timers.set(many.emplace_back(clock), expected.back());
  }
  for (Duration passed{}; passed < 21s; passed += 10ms) advance(10ms);
  for (std::size_t i = 0; i < many.size(); ++i) {
    ASSERT_EQ(many[i].went_off.size(), 1U);
    EXPECT_GE(many[i].went_off[0], expected[i]);
    EXPECT_LT(many[i].went_off[0], expected[i] + 10ms);
  }
}

Task<> wait(Alarm* alarm, Instant until, std::optional<bool>* rung) {
  *rung = co_await alarm->wait_until(until);
}

class AlarmTest : public TimersTest {
 protected:
  std::optional<bool> rung;
  Alarm alarm{timers};
  Nursery nursery;
};

TEST_F(AlarmTest, RingingResumesTheWaiterAtOnce) {
  nursery.start(wait(&alarm, in(1s), &rung), "a wait");
  EXPECT_FALSE(rung);
  alarm.ring();
  EXPECT_EQ(rung, true);
}

TEST_F(AlarmTest, TheWaitEndsAtItsTime) {
  nursery.start(wait(&alarm, in(1s), &rung), "a wait");
  advance(999ms);
  EXPECT_FALSE(rung);
  advance(1ms);
  EXPECT_EQ(rung, false);
}

TEST_F(AlarmTest, RingingBeforeTheWaitIsNotLost) {
  alarm.ring();
  nursery.start(wait(&alarm, in(1s), &rung), "a wait");
  EXPECT_EQ(rung, true);
  rung.reset();
  nursery.start(wait(&alarm, in(1s), &rung), "the next wait");
  EXPECT_FALSE(rung) << "one ring ends one wait";
}

TEST_F(AlarmTest, ARungOneDoesNotGoOffLater) {
  nursery.start(wait(&alarm, in(1s), &rung), "a wait");
  alarm.ring();
  rung.reset();
  nursery.start(wait(&alarm, in(1h), &rung), "the next wait");
  advance(2s);
  EXPECT_FALSE(rung);
}

TEST_F(AlarmTest, WithoutATimeItWaitsUntilItIsRung) {
  nursery.start(wait(&alarm, Instant::max(), &rung), "a wait");
  advance(1000h);
  EXPECT_FALSE(rung);
  alarm.ring();
  EXPECT_EQ(rung, true);
}

}  // namespace
}  // namespace tributary
