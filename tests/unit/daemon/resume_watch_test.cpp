#include "resolver/daemon/resume_watch.hpp"

#include <gtest/gtest.h>
#include <asio/io_context.hpp>

#include "tests/support/manual_clock.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;

class ResumeWatchTest : public testing::Test {
 protected:
  /// The host is awake for a second, then the watch looks.
  void look() {
    clock.advance(1s);
    loop.restart();
    loop.poll();
  }
  void sleep(Duration time) {
    asleep += time;
    clock.advance(time);
  }

  ManualClock clock;
  asio::io_context loop;
  Timers timers{loop.get_executor(), clock};
  Duration asleep = 5min;  // before this program was started
  int resumed = 0;
  ResumeWatch watch{timers, [this] { return asleep; }, [this] { ++resumed; }};
};

TEST_F(ResumeWatchTest, AHostThatIsAwakeHasNotSlept) {
  for (int i = 0; i < 5; ++i) look();
  EXPECT_EQ(resumed, 0);
}

TEST_F(ResumeWatchTest, TellsEachSleepOnce) {
  for (int i = 1; i <= 3; ++i) {
    sleep(8h);
    look();
    EXPECT_EQ(resumed, i);
    look();
    EXPECT_EQ(resumed, i);
  }
}

TEST_F(ResumeWatchTest, AMomentIsNoSleep) {
  sleep(1s);
  look();
  EXPECT_EQ(resumed, 0);
}

TEST(TimeAsleep, IsNeverNegative) {
  EXPECT_GE(time_asleep(), Duration::zero());
}

}  // namespace
}  // namespace tributary::resolver
