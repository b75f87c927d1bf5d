#include "resolver/daemon/cache_keeper.hpp"

#include <gtest/gtest.h>
#include <asio/io_context.hpp>

#include <future>
#include <optional>

#include "tests/support/manual_clock.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;

/// What the keeper does is done on its own thread; the promises are how the test holds it there.
class CacheKeeperThreads : public ::testing::Test {
 protected:
  void start() {
    keeper.emplace(timers, loop.get_executor(),
                   CacheKeeper::Tools{[this](const std::atomic<bool>& stop) {
                                        ++loads;
                                        while (endless && !stop) std::this_thread::yield();
                                        return !stop;
                                      },
                                      [this] {
                                        ++saves;
                                        if (hold) hold->wait();
                                      }},
                   15min);
    keeper->start();
  }
  /// Until a thread of the keeper's has told that it is done.
  void await_thread() {
    loop.restart();
    ASSERT_EQ(loop.run_one(), 1u);
  }
  /// Time passes, and the timers go off.
  void pass(Duration time) {
    clock.advance(time);
    timers.expire_due();
  }

  ManualClock clock;
  asio::io_context loop;
  Timers timers{clock};
  std::atomic<int> loads = 0, saves = 0;
  bool endless = false;
  std::optional<std::shared_future<void>> hold;
  asio::executor_work_guard<asio::io_context::executor_type> guard{loop.get_executor()};
  std::optional<CacheKeeper> keeper;
};

TEST_F(CacheKeeperThreads, LoadsOnceAndSavesAgainAndAgain) {
  start();
  await_thread();
  EXPECT_EQ(loads, 1);
  EXPECT_EQ(saves, 0);
  for (int times = 1; times <= 3; ++times) {
    pass(15min);
    await_thread();
    EXPECT_EQ(saves, times);
  }
  EXPECT_EQ(loads, 1);
}

TEST_F(CacheKeeperThreads, SavesALastTime) {
  start();
  await_thread();
  keeper->stop();
  EXPECT_EQ(saves, 1);
  pass(1h);
  EXPECT_EQ(saves, 1);
}

TEST_F(CacheKeeperThreads, DoesNotSaveWhatItHasNotLoadedToTheEnd) {
  endless = true;
  start();
  pass(15min);
  pass(15min);
  keeper->stop();
  EXPECT_EQ(saves, 0);
}

TEST_F(CacheKeeperThreads, SavesOnceAtATime) {
  start();
  await_thread();
  std::promise<void> release;
  hold = release.get_future().share();
  pass(15min);
  pass(15min);
  pass(15min);
  release.set_value();
  await_thread();
  EXPECT_EQ(saves, 1);
  pass(15min);
  await_thread();
  EXPECT_EQ(saves, 2);
}

TEST_F(CacheKeeperThreads, CanEndWithoutHavingStopped) {
  endless = true;
  start();
  keeper.reset();
  EXPECT_EQ(saves, 0);
}

}  // namespace
}  // namespace tributary::resolver
