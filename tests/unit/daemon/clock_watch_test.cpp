#include "resolver/daemon/clock_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <asio/io_context.hpp>

#include <filesystem>
#include <optional>
#include <vector>

#include "base/state_file.hpp"
#include "resolver/daemon/state_directory.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/temporary_folder.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;
using dnssec::ClockReading;
using dnssec::ClockState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Duration built = std::chrono::sys_days(2026y / 11 / 1).time_since_epoch();

class ClockWatchTest : public ::testing::Test {
 protected:
  void start(std::optional<Duration> stamp = {}) {
    watch.emplace(
        timers,
        ClockWatch::Tools{[this] { return reading(); }, [this](Duration kept) { stamps.push_back(kept); },
                          [this] { epochs_begun.push_back(shared.view().epoch); }, shared},
        built, stamp, policy::ClockTrust::guarded);
  }
  /// A second passes, then the watch looks.
  void look(Duration time = 1s) {
    realtime += time;
    clock.advance(time);
    loop.restart();
    loop.poll();
  }
  ClockReading reading() const { return {realtime, clock.now(), kernel}; }

  ManualClock clock;
  asio::io_context loop;
  Timers timers{loop.get_executor(), clock};
  dnssec::SharedClockState shared;
  Duration realtime = built + 24h;
  std::optional<ClockReading::Kernel> kernel = ClockReading::Kernel{true, 5ms};
  std::vector<Duration> stamps;
  std::vector<std::uint32_t> epochs_begun;
  std::optional<ClockWatch> watch;
};

TEST_F(ClockWatchTest, HasPublishedWhenItIsMade) {
  start();
  EXPECT_EQ(shared.view().state, ClockState::synced);
  EXPECT_EQ(shared.view().at(clock.now()).now, (built + 24h) / 1s);
  EXPECT_EQ(shared.figures().max_error, 5ms);
  EXPECT_THAT(stamps, ElementsAre(built + 24h));
  EXPECT_THAT(epochs_begun, IsEmpty());
}

TEST_F(ClockWatchTest, LooksEverySecond) {
  start();
  kernel.reset();
  look();
  EXPECT_EQ(shared.view().state, ClockState::rough);
  EXPECT_EQ(shared.figures().max_error, 0s);
  kernel = ClockReading::Kernel{true, 5ms};
  look();
  EXPECT_EQ(shared.view().state, ClockState::synced);
}

TEST_F(ClockWatchTest, CountsStepsAndBeginsAnEpoch) {
  start();
  const auto epoch = shared.view().epoch;
  realtime -= 10min;
  look();
  EXPECT_NE(shared.view().epoch, epoch);
  EXPECT_THAT(epochs_begun, ElementsAre(shared.view().epoch));
  EXPECT_EQ(shared.figures().steps, 1U);
  EXPECT_EQ(shared.figures().last_step, -10min);
  EXPECT_EQ(shared.view().at(clock.now()).now, (built + 24h - 10min + 1s) / 1s);
  look();
  EXPECT_EQ(shared.figures().steps, 1U);
  EXPECT_EQ(epochs_begun.size(), 1U);
}

TEST_F(ClockWatchTest, KeepsStampsWhileTheClockIsSynchronized) {
  kernel.reset();
  start(built + 1h);
  EXPECT_THAT(stamps, IsEmpty());
  kernel = ClockReading::Kernel{true, 5ms};
  look();
  EXPECT_EQ(stamps.size(), 1U);
  look(5min);
  EXPECT_EQ(stamps.size(), 1U);
  look(5min);
  EXPECT_EQ(stamps.size(), 2U);
}

TEST_F(ClockWatchTest, TellsWhatTheClockShows) {
  realtime = 7s;
  kernel.reset();
  start();
  EXPECT_EQ(shared.why(),
            "it shows 1970-01-01T00:00:07Z, which is before this program was built, 2026-11-01T00:00:00Z");
  look();
  EXPECT_TRUE(shared.why().starts_with("it shows 1970-01-01T00:00:08Z")) << shared.why();
}

TEST_F(ClockWatchTest, HoldsAnUnsynchronizedClockAgainstTheStamp) {
  kernel.reset();
  start(built + 48h);
  EXPECT_EQ(shared.view().state, ClockState::bad);
}

class ClockStampTest : public ::testing::Test {
 protected:
  TemporaryFolder folder;
  ClockStamp stamp{folder.path()};
};

TEST_F(ClockStampTest, IsNothingAtFirst) {
  EXPECT_EQ(stamp.load(), std::nullopt);
}

TEST_F(ClockStampTest, OutlivesTheProcess) {
  stamp.keep(built);
  stamp.keep(built + 10min);
  EXPECT_EQ(ClockStamp(folder.path()).load(), built + 10min);
}

TEST_F(ClockStampTest, ADamagedOneIsNothingAndWrittenAnew) {
  ASSERT_TRUE(replace_state_file(folder / "clock", "18021x"));
  EXPECT_EQ(stamp.load(), std::nullopt);
  stamp.keep(built);
  EXPECT_EQ(stamp.load(), built);
}

TEST_F(ClockStampTest, WhatCannotBeReadOrWrittenIsNothing) {
  ClockStamp nowhere(folder / "missing");
  nowhere.keep(built);
  EXPECT_EQ(nowhere.load(), std::nullopt);
  std::filesystem::create_directory(folder / "clock");
  stamp.keep(built);
  EXPECT_EQ(stamp.load(), std::nullopt);
  std::filesystem::remove(folder / "clock");
  stamp.keep(built);
  EXPECT_EQ(stamp.load(), built);
}

TEST(ReadClocks, ShowThePresent) {
  const auto before = BootClock::now();
  const auto reading = read_clocks();
  EXPECT_GE(reading.boottime, before);
  EXPECT_LE(reading.boottime, BootClock::now());
}

TEST(BuildTime, IsThatOfTheSources) {
  EXPECT_GT(build_time(), Duration(std::chrono::sys_days(2026y / 1 / 1).time_since_epoch()));
}

TEST(StateDirectory, IsTheConfigurationsOrTheServiceManagersOrTheUsualOne) {
  policy::Config config;
  EXPECT_EQ(state_directory(config, nullptr), "/var/lib/tributary");
  EXPECT_EQ(state_directory(config, ""), "/var/lib/tributary");
  EXPECT_EQ(state_directory(config, "/var/lib/one"), "/var/lib/one");
  EXPECT_EQ(state_directory(config, "/var/lib/one:/var/lib/two"), "/var/lib/one");
  config.state_directory = "/srv/state";
  EXPECT_EQ(state_directory(config, "/var/lib/one"), "/srv/state");
}

}  // namespace
}  // namespace tributary::resolver
