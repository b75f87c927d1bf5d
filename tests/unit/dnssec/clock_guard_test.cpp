#include "resolver/dnssec/clock_guard.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "resolver/dnssec/shared_clock_state.hpp"

namespace tributary::dnssec {
namespace {

using namespace std::chrono_literals;
using policy::ClockTrust;
using std::chrono::days;
using std::chrono::years;
using ::testing::HasSubstr;

constexpr Duration built = std::chrono::sys_days(2026y / 11 / 1).time_since_epoch();
constexpr Duration present = built + days(100);  // the true time when the host starts
constexpr Duration decade = years(10);

/// A host with a wall clock that can be set, and a kernel that is told whether it is right.
class ClockGuardTest : public ::testing::Test {
 protected:
  void start(Duration error = {}, std::optional<Duration> stamp = {},
             ClockTrust trust = ClockTrust::guarded) {
    realtime = present + error;
    guard.emplace(built, stamp, trust, reading());
  }
  void start_synchronized(std::optional<Duration> stamp = {}) {
    kernel = vouching;
    start({}, stamp);
  }

  /// As settimeofday(2) does: the kernel no longer calls the clock synchronized.
  void set_clock(Duration by) {
    realtime += by;
    kernel = silent;
  }
  ClockGuard::Change look(Duration later = 1s) {
    realtime += later;
    boottime += later;
    return guard->observe(reading());
  }

  ClockReading reading() const { return {realtime, boottime, kernel}; }
  ClockState state() const { return guard->view().state; }
  bool dates_count() const { return guard->view().dates_count; }
  std::uint32_t epoch() const { return guard->view().epoch; }
  std::int64_t seconds_shown() const { return guard->view().at(boottime).now; }

  Duration realtime = present;
  Instant boottime{1min};
  static constexpr ClockReading::Kernel vouching{true, 1ms}, silent{false, 16s};
  std::optional<ClockReading::Kernel> kernel = silent;
  std::optional<ClockGuard> guard;
};

TEST_F(ClockGuardTest, IsSyncedWhileTheKernelSaysSoAndErrsByLessThanASecond) {
  kernel = {true, 999ms};
  start();
  EXPECT_EQ(state(), ClockState::synced);
  EXPECT_TRUE(dates_count());
  kernel->max_error = 1100ms;  // before the next adjustment by a lazy client
  EXPECT_FALSE(look().state);
  kernel->max_error = 2s;
  EXPECT_TRUE(look().state);
  EXPECT_EQ(state(), ClockState::rough);
  EXPECT_THAT(guard->why(), HasSubstr("2 s"));
  kernel->max_error = 1100ms;
  look();
  EXPECT_EQ(state(), ClockState::rough);
  kernel->max_error = 10ms;
  EXPECT_TRUE(look().state);
  EXPECT_EQ(state(), ClockState::synced);
  EXPECT_EQ(epoch(), 1U) << "dates counted all the time";
}

TEST_F(ClockGuardTest, IsRoughWhenTheKernelCannotBeAsked) {
  kernel.reset();
  start();
  EXPECT_EQ(state(), ClockState::rough);
  EXPECT_THAT(guard->why(), HasSubstr("cannot be asked"));
}

TEST_F(ClockGuardTest, AnUnsynchronizedClockIsHeldAgainstBuildAndStamp) {
  const struct {
    Duration error;
    std::optional<Duration> stamp;
    ClockState expected;
    const char* why;
  } cases[] = {
      {0s, {}, ClockState::rough, "does not call it synchronized"},
      {1h, {}, ClockState::rough, ""},
      {-1h, {}, ClockState::rough, ""},
      {days(1), {}, ClockState::rough, ""},
      {-days(1), {}, ClockState::rough, ""},
      {decade, {}, ClockState::bad, "2037-02-08T10:12:00Z, ten years after"},
      {-decade, {}, ClockState::bad, "before this program was built, 2026-11-01T00:00:00Z"},
      {-present, {}, ClockState::bad, "1970-01-01T00:00:00Z"},
      {-present + 7s, present - 5min, ClockState::bad, "1970-01-01T00:00:07Z"},
      {0s, present - 5min, ClockState::rough, ""},
      {0s, present + 30s, ClockState::rough, ""},
      {0s, present + 2min, ClockState::bad, "earlier than it was known to be, 2027-02-09T00:02:00Z"},
      {1h, present - 5min, ClockState::rough, ""},
      {-1h, present - 5min, ClockState::bad, "earlier than it was known to be"},
      {days(1), present - 5min, ClockState::rough, ""},
      {-days(1), present - 5min, ClockState::bad, "earlier than it was known to be"},
      {decade, present - 5min, ClockState::bad, "ten years after"},
  };
  for (const auto& [error, stamp, expected, why] : cases) {
    start(error, stamp);
    SCOPED_TRACE(guard->why());
    EXPECT_EQ(state(), expected);
    EXPECT_EQ(dates_count(), expected != ClockState::bad);
    EXPECT_EQ(guard->view().may_be_secure(), expected != ClockState::bad);
    EXPECT_EQ(guard->view().most_ttl(), expected == ClockState::bad ? 60U : UINT32_MAX);
    EXPECT_THAT(guard->why(), HasSubstr(why));
  }
}

TEST_F(ClockGuardTest, NoClockIsEarlierThanTheProgramThatItRuns) {
  kernel = vouching;
  start(-decade);
  EXPECT_EQ(state(), ClockState::bad);
}

TEST_F(ClockGuardTest, ASynchronizedClockNeedsNoOtherWitness) {
  kernel = vouching;
  start(decade, present + 2 * decade);
  EXPECT_EQ(state(), ClockState::synced);
}

TEST_F(ClockGuardTest, BadClockOf1970IsSetRightByTime) {
  start(-present);
  EXPECT_EQ(state(), ClockState::bad);
  const auto before = epoch();
  realtime = present;  // the time client steps the clock, and tells the kernel afterwards
  auto change = look(10s);
  EXPECT_EQ(change.step, present);
  EXPECT_TRUE(change.state);
  EXPECT_EQ(state(), ClockState::rough);
  EXPECT_TRUE(dates_count());
  EXPECT_NE(epoch(), before);
  kernel = vouching;
  EXPECT_TRUE(look().state);
  EXPECT_EQ(state(), ClockState::synced);
}

TEST_F(ClockGuardTest, TellsEachStepOnceAndBeginsAnEpoch) {
  for (const Duration step : {Duration(1h), -Duration(1h), Duration(days(1)), -Duration(days(1)), decade,
                              -decade, Duration(3s), -Duration(3s)}) {
    start();
    const auto before = epoch();
    set_clock(step);
    EXPECT_EQ(look().step, step);
    EXPECT_EQ(epoch(), before + 1);
    EXPECT_EQ(look().step, 0s);
    EXPECT_EQ(epoch(), before + 1);
  }
}

TEST_F(ClockGuardTest, TakesUpTheNewTimeAtOnce) {
  start();
  set_clock(-1h);
  look();
  EXPECT_EQ(seconds_shown(), (present - 1h + 1s) / 1s);
}

TEST_F(ClockGuardTest, LeapSecondsAndNoiseAreNoSteps) {
  start_synchronized();
  for (const Duration noise : {Duration(1s), -Duration(1s), Duration(1900ms)}) {
    realtime += noise;
    EXPECT_EQ(look().step, 0s);
    realtime -= noise;
  }
  EXPECT_EQ(epoch(), 1U);
}

TEST_F(ClockGuardTest, SmallStepsAddUp) {
  start_synchronized();
  realtime += 1500ms;
  EXPECT_EQ(look().step, 0s);
  realtime += 1500ms;
  EXPECT_EQ(look().step, 3s);
}

TEST_F(ClockGuardTest, EightHoursOfSleepAreNoStep) {
  start_synchronized();
  kernel = silent;  // nobody adjusted it meanwhile
  const auto change = look(8h);
  EXPECT_EQ(change.step, 0s);
  EXPECT_EQ(state(), ClockState::rough);
  EXPECT_TRUE(dates_count());
  EXPECT_EQ(epoch(), 1U);
  EXPECT_EQ(seconds_shown(), (present + 8h) / 1s);
}

TEST_F(ClockGuardTest, AClockSetFarOffAfterItWasSynchronizedIsBadUntilItIsAgain) {
  for (const Duration step : {Duration(1h), -Duration(1h), Duration(days(1)), -Duration(days(1)), decade}) {
    start_synchronized();
    look(8h);
    set_clock(step);
    EXPECT_TRUE(look().state);
    EXPECT_EQ(state(), ClockState::bad) << guard->why();
    look(days(1));
    EXPECT_EQ(state(), ClockState::bad);
    kernel = vouching;
    EXPECT_TRUE(look().state);
    EXPECT_EQ(state(), ClockState::synced) << "the first one was wrong, perhaps";
  }
}

TEST_F(ClockGuardTest, ALessThanAnHourOffIsWithinTheTolerance) {
  start_synchronized();
  set_clock(-59min);
  look();
  EXPECT_EQ(state(), ClockState::rough);
}

TEST_F(ClockGuardTest, GivesAStampAtOnceAndEveryTenMinutesWhileSynchronized) {
  start();
  EXPECT_EQ(guard->take_stamp(), std::nullopt);
  kernel = vouching;
  look();
  EXPECT_EQ(guard->take_stamp(), present + 1s);
  look(10min - 1s);
  EXPECT_EQ(guard->take_stamp(), std::nullopt);
  look();
  EXPECT_EQ(guard->take_stamp(), present + 10min + 1s);
  kernel = silent;
  look(1h);
  EXPECT_EQ(guard->take_stamp(), std::nullopt);
}

TEST_F(ClockGuardTest, ASynchronizedClockForgivesAStampInTheFuture) {
  start({}, present + decade);
  EXPECT_EQ(state(), ClockState::bad);
  kernel = vouching;
  look();
  EXPECT_EQ(state(), ClockState::synced);
  EXPECT_EQ(guard->take_stamp(), present + 1s);
  kernel = silent;
  look();
  EXPECT_EQ(state(), ClockState::rough) << "the stamp of the future is forgotten";
}

TEST_F(ClockGuardTest, AStampOfAWrongSynchronizedClockIsOverruledAtOnce) {
  start_synchronized();
  guard->take_stamp();
  set_clock(days(1));
  kernel = vouching;  // a lying time server
  look(11min);
  EXPECT_EQ(guard->take_stamp(), present + days(1) + 11min);
  set_clock(-days(1));
  kernel = vouching;
  look();
  EXPECT_EQ(guard->take_stamp(), present + 11min + 1s);
}

TEST_F(ClockGuardTest, ATrustedClockIsNeverBad) {
  start(-decade, present, ClockTrust::trusted);
  EXPECT_EQ(state(), ClockState::rough);
  EXPECT_TRUE(dates_count());
  EXPECT_EQ(seconds_shown(), (present - decade) / 1s);
}

TEST_F(ClockGuardTest, DatesOfAnIgnoredClockNeverCountButAnswersMayBeSecure) {
  start({}, {}, ClockTrust::ignored);
  EXPECT_FALSE(dates_count());
  EXPECT_TRUE(guard->view().may_be_secure());
  EXPECT_EQ(guard->view().most_ttl(), UINT32_MAX);
}

TEST(Stamp, IsReadBack) {
  EXPECT_EQ(stamp_text(present + 300ms), "1802131200\n");
  EXPECT_EQ(parse_stamp(stamp_text(present)), present);
}

TEST(Stamp, DamagedOnesAreRefused) {
  for (const auto* text : {"", "\n", "1802131200", "1802131200\n\n", " 1802131200\n", "+1802131200\n", "0\n",
                           "-5\n", "1802131200.5\n", "0x10\n", "18021312OO\n", "99999999999999999999\n",
                           "9999999999999\n", "1802131200\r\n"})
    EXPECT_EQ(parse_stamp(text), std::nullopt) << text;
  EXPECT_EQ(parse_stamp(std::string_view("18021\0\n", 7)), std::nullopt);
}

TEST(SharedClockState, KeepsAView) {
  SharedClockState shared;
  EXPECT_EQ(shared.view().state, ClockState::bad);
  EXPECT_FALSE(shared.view().dates_count);
  for (const Duration offset :
       {present, Duration(0s), -Duration(1500ms), Duration(262 * years(1)), -Duration(262 * years(1))}) {
    const ClockView view{ClockState::rough, true, 12345, offset};
    shared.publish(view);
    EXPECT_EQ(shared.view(), view);
  }
}

TEST(SharedClockState, EpochsAreToldApartAlsoWhenTheirNumbersBeginAnew) {
  SharedClockState shared;
  shared.publish({ClockState::rough, true, (1U << 17) - 1, {}});
  const auto before = shared.view().epoch;
  shared.publish({ClockState::rough, true, 1U << 17, {}});
  EXPECT_NE(shared.view().epoch, before);
}

TEST(SharedClockState, CountsSteps) {
  SharedClockState shared;
  shared.count_step(5s);
  shared.count_step(-1h);
  shared.note_kernel({true, 3ms, -2ms});
  const auto figures = shared.figures();
  EXPECT_EQ(figures.steps, 2U);
  EXPECT_EQ(figures.last_step, -1h);
  EXPECT_EQ(figures.max_error, 3ms);
  EXPECT_EQ(figures.offset, -2ms);
}

}  // namespace
}  // namespace tributary::dnssec
