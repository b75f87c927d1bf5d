#include "resolver/listener/restart.hpp"

#include <gtest/gtest.h>

#include <new>

#include "tests/support/manual_clock.hpp"

namespace tributary::resolver {
namespace {

TEST(RestartTest, TriesUntilItSucceeds) {
  ManualClock clock;
  Timers timers(clock);
  int tries = 0;
  Restart restart(timers, [&] {
    if (++tries < 3) throw std::bad_alloc();
  });
  restart.soon();
  EXPECT_EQ(tries, 0);  // in another turn
  for (int turn = 0; turn < 5; ++turn) timers.expire_due();
  EXPECT_EQ(tries, 3);
}

TEST(RestartTest, StartsOnceHoweverOftenItIsAskedTo) {
  ManualClock clock;
  Timers timers(clock);
  int tries = 0;
  Restart restart(timers, [&] { ++tries; });
  restart.soon();
  restart.soon();
  for (int turn = 0; turn < 5; ++turn) timers.expire_due();
  EXPECT_EQ(tries, 1);
}

}  // namespace
}  // namespace tributary::resolver
