#include "resolver/daemon/liveness_watch.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/manual_clock.hpp"

namespace tributary::resolver {
namespace {

constexpr Duration interval = std::chrono::milliseconds(2500);

class LivenessWatchTest : public testing::Test {
 protected:
  void pass(int intervals) {
    for (int i = 0; i < intervals; ++i) {
      clock.advance(interval);
      timers.expire_due();
    }
  }

  ManualClock clock;
  Timers timers{clock};
  std::vector<bool> stuck{false, false};
  std::vector<std::function<void()>> unanswered;
  int all_well = 0;
  LivenessWatch watch{timers,
                      2,
                      interval,
                      {[this](std::size_t worker, std::function<void()> sign) {
                         stuck[worker] ? unanswered.push_back(std::move(sign)) : sign();
                       },
                       [this] { ++all_well; }}};
};

TEST_F(LivenessWatchTest, AllIsWellAsLongAsAllAnswer) {
  pass(5);
  EXPECT_EQ(all_well, 5);
}

TEST_F(LivenessWatchTest, NothingIsWellWhileOneDoesNot) {
  pass(1);
  stuck[1] = true;
  pass(1);  // It had answered what it was asked before.
  EXPECT_EQ(all_well, 2);
  pass(4);
  EXPECT_EQ(all_well, 2);
  EXPECT_EQ(unanswered.size(), 1U);  // It is not asked again and again.
}

TEST_F(LivenessWatchTest, AllIsWellAgainWhenItAnswers) {
  stuck[0] = true;
  pass(3);
  EXPECT_EQ(all_well, 1);
  stuck[0] = false;
  unanswered.front()();
  pass(1);
  EXPECT_EQ(all_well, 2);
}

}  // namespace
}  // namespace tributary::resolver
