#include "resolver/upstream/refusal_burst.hpp"

#include <gtest/gtest.h>

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;

class RefusalBurstTest : public testing::Test {
 protected:
  /// The pause that the last of `count` refusals brings.
  std::optional<Duration> refuse(unsigned count, DomainTag domains = 2, Duration apart = 100ms) {
    std::optional<Duration> pause;
    for (unsigned i = 0; i < count; ++i) pause = burst.refused(i % domains, now += apart);
    return pause;
  }

  RefusalBurst burst;
  Instant now{1h};
};

TEST_F(RefusalBurstTest, TenInARowAreOne) {
  burst.answered();
  EXPECT_EQ(refuse(9), std::nullopt);
  EXPECT_EQ(refuse(1), 5s);
}

TEST_F(RefusalBurstTest, WhoNeverAnsweredDoesNotLimitARate) {
  EXPECT_EQ(refuse(100), std::nullopt);
}

TEST_F(RefusalBurstTest, OneDomainIsNoBurst) {
  burst.answered();
  EXPECT_EQ(refuse(100, 1), std::nullopt);
}

TEST_F(RefusalBurstTest, ItTakesTenWithinTenSeconds) {
  burst.answered();
  EXPECT_EQ(refuse(100, 2, 1200ms), std::nullopt);
  burst.answered();
  EXPECT_EQ(refuse(10, 2, 1100ms), 5s);
}

TEST_F(RefusalBurstTest, AnythingElseEndsTheRow) {
  burst.answered();
  refuse(9);
  burst.answered();
  EXPECT_EQ(refuse(9), std::nullopt);
  burst.other_error();
  EXPECT_EQ(refuse(9), std::nullopt);
}

TEST_F(RefusalBurstTest, RepetitionsDoubleThePauseUpToFiveMinutes) {
  burst.answered();
  for (const Duration expected : {5s, 10s, 20s, 40s, 80s, 160s, 300s, 300s}) {
    const auto pause = refuse(10);
    ASSERT_EQ(pause, expected);
    now += *pause;
    burst.answered();
  }
}

TEST_F(RefusalBurstTest, LongAfterwardsItIsNoRepetition) {
  burst.answered();
  refuse(10);
  ASSERT_EQ(refuse(10), 10s);
  now += 10s + 5min;
  EXPECT_EQ(refuse(10), 5s);
}

}  // namespace
}  // namespace tributary::resolver
