#include "resolver/querylog/sleeper.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>

#include "resolver/querylog/record_ring.hpp"

namespace tributary::resolver {
namespace {

constexpr pollfd nothing{-1, 0, 0};

TEST(Sleeper, DoesNotSleepWhenThereIsWork) {
  Sleeper sleeper;
  sleeper.sleep([] { return true; }, nothing, std::nullopt);  // would never end
}

TEST(Sleeper, WakesWhenTheOtherIsReady) {
  Sleeper sleeper;
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  sleeper.sleep([] { return false; }, {ends[1], POLLOUT, 0}, std::nullopt);
  close(ends[0]);
  close(ends[1]);
}

/// Whoever sleeps without a limit and is not woken never ends this test.
TEST(SleeperThreads, MissNoWake) {
  constexpr int rounds = 1000;
  Sleeper sleeper;
  RecordRing ring(256);
  std::atomic<int> taken{0};
  std::jthread writer([&] {
    while (taken < rounds) {
      sleeper.sleep([&] { return !ring.front().empty(); }, nothing, std::nullopt);
      for (; !ring.front().empty(); ++taken) ring.pop();
    }
  });
  for (int i = 0; i < rounds; ++i) {
    ASSERT_FALSE(ring.claim(8).empty());
    ring.publish();
    sleeper.wake();
    while (taken <= i) std::this_thread::yield();
  }
}

}  // namespace
}  // namespace tributary::resolver
