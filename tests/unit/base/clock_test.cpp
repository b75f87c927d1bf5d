#include "base/clock.hpp"

#include <memory>
#include <optional>

#include <gtest/gtest.h>
#include <asio/io_context.hpp>

#include "base/spawn.hpp"
#include "tests/support/manual_clock.hpp"

namespace tributary {
namespace {

using namespace std::chrono_literals;

asio::awaitable<void> wait_on(Bell* bell, Instant until, std::optional<bool>* rung) {
  *rung = co_await bell->wait_until(until);
}

class BellTest : public testing::Test {
 protected:
  /// Begins to wait and goes as far as possible.
  void wait(Instant until) {
    rung.reset();
    spawn(loop.get_executor(), wait_on(bell.get(), until, &rung), "a wait");
    poll();
  }

  void poll() {
    loop.restart();
    loop.poll();
  }

  ManualClock clock;
  asio::io_context loop;
  std::unique_ptr<Bell> bell = std::make_unique<Bell>(loop.get_executor(), clock);
  std::optional<bool> rung;  // what the last wait has returned
};

TEST_F(BellTest, RingingWakesTheWaiter) {
  wait(clock.now() + 1s);
  EXPECT_EQ(rung, std::nullopt);
  bell->ring();
  poll();
  EXPECT_EQ(rung, true);
}

TEST_F(BellTest, RingingBeforeTheWaitIsNotLost) {
  bell->ring();
  wait(clock.now() + 1s);
  EXPECT_EQ(rung, true);
}

TEST_F(BellTest, OneRingEndsOneWait) {
  bell->ring();
  wait(clock.now() + 1s);
  wait(clock.now() + 1s);
  EXPECT_EQ(rung, std::nullopt);
}

TEST_F(BellTest, ManyRingsBeforeAWaitAreOne) {
  bell->ring();
  bell->ring();
  wait(clock.now() + 1s);
  wait(clock.now() + 1s);
  EXPECT_EQ(rung, std::nullopt);
}

TEST_F(BellTest, WaitsNoLongerThanAsked) {
  wait(clock.now() + 1s);
  clock.advance(999ms);
  poll();
  EXPECT_EQ(rung, std::nullopt);
  clock.advance(1ms);
  poll();
  EXPECT_EQ(rung, false);
}

TEST_F(BellTest, DoesNotWaitForThePast) {
  wait(clock.now() - 1s);
  EXPECT_EQ(rung, false);
}

TEST_F(BellTest, RingingCountsWhenTheTimeHasComeToo) {
  wait(clock.now() + 1s);
  clock.advance(1s);
  bell->ring();
  poll();
  EXPECT_EQ(rung, true);
}

TEST_F(BellTest, CanBeWaitedForAgainAfterItsTimeHasCome) {
  wait(clock.now());
  wait(clock.now() + 1s);
  EXPECT_EQ(rung, std::nullopt);
  bell->ring();
  poll();
  EXPECT_EQ(rung, true);
}

TEST_F(BellTest, LeavesNoTimerWithTheClockWhenDestroyed) {
  {
    asio::io_context short_lived;
    Bell other(short_lived.get_executor(), clock);
    spawn(short_lived.get_executor(), wait_on(&other, clock.now() + 1s, &rung), "a wait");
    short_lived.poll();
  }
  clock.advance(1s);  // would touch freed memory
}

TEST(SystemClock, NeverGoesBack) {
  const SystemClock clock;
  auto before = clock.now();
  for (int i = 0; i < 1000; ++i) {
    const auto now = clock.now();
    ASSERT_GE(now, before);
    before = now;
  }
}

TEST(SystemClock, SetsOffWhatIsDue) {
  SystemClock clock;
  asio::io_context loop;
  Bell bell(loop.get_executor(), clock);
  std::optional<bool> rung;
  spawn(loop.get_executor(), wait_on(&bell, clock.now() + 1ms, &rung), "a wait");
  loop.run_for(20s);
  EXPECT_EQ(rung, false);
}

TEST(TurnClock, StandsStillUntilTheNextTurn) {
  TurnClock clock;
  const auto before = BootClock::now();
  const auto first = clock.now();
  EXPECT_GE(first, before);
  const auto later = BootClock::now();  // ticks in nanoseconds: later than the first, however little
  while (BootClock::now() == later) {
  }
  EXPECT_EQ(clock.now(), first);
  clock.next_turn();
  EXPECT_GT(clock.now(), first);
}

TEST(TurnClock, CanBeReadWithinATurn) {
  TurnClock clock;
  const auto first = clock.now();
  auto read = clock.read();
  while (read == first) read = clock.read();
  EXPECT_GT(read, first);
  EXPECT_EQ(clock.now(), read);
}

}  // namespace
}  // namespace tributary
