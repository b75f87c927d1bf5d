#include "resolver/degradation.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "tests/support/scripted_random.hpp"

namespace tributary::resolver {
namespace {

using Verdict = SequentialTest::Verdict;

/// Each of another domain.
void record(Degradation& group, int times, bool replied) {
  static std::size_t domain = 0;
  for (int i = 0; i < times; ++i) group.record(replied, ++domain);
}

TEST(SequentialTest, TellsManyFromFew) {
  SequentialTest test(0.0005, 0.005);
  EXPECT_EQ(test.add(true), Verdict::open);
  EXPECT_EQ(test.add(true), Verdict::open);
  EXPECT_EQ(test.add(true), Verdict::many);
}

TEST(SequentialTest, TellsFewWhenNoneFails) {
  SequentialTest test(0.0005, 0.005);
  for (int i = 0; i < 1530; ++i) ASSERT_EQ(test.add(false), Verdict::open) << i;
  EXPECT_EQ(test.add(false), Verdict::few);
  EXPECT_EQ(test.add(false), Verdict::open) << "a new test";
}

TEST(SequentialTest, SuccessesOutweighAFailure) {
  SequentialTest test(0.0005, 0.005);
  for (int round = 0; round < 100; ++round) {
    ASSERT_NE(test.add(true), Verdict::many);
    for (int i = 0; i < 600; ++i) ASSERT_NE(test.add(false), Verdict::many);
  }
}

TEST(DegradationTest, FallsWithThreeFailuresInARow) {
  Degradation group;
  record(group, 2, false);
  EXPECT_FALSE(group.degraded());
  record(group, 1, false);
  EXPECT_TRUE(group.degraded());
}

TEST(DegradationTest, ADeadDomainDegradesNobody) {
  Degradation group;
  for (int i = 0; i < 100; ++i) {
    group.record(false, 1);
    group.record(true, 2);
  }
  EXPECT_FALSE(group.degraded());
}

TEST(DegradationTest, FallsWithAFewMoreAfterSuccesses) {
  Degradation group;
  record(group, 1000, true);
  for (int i = 0; i < 6 && !group.degraded(); ++i) record(group, 1, false);
  EXPECT_TRUE(group.degraded());
}

TEST(DegradationTest, FallsWithAPercentFailing) {
  Degradation group;
  for (int i = 0; i < 1000 && !group.degraded(); ++i) {
    record(group, 99, true);
    record(group, 1, false);
  }
  EXPECT_TRUE(group.degraded());
}

TEST(DegradationTest, StaysUpWithOneOfFiveThousandFailing) {
  Degradation group;
  for (int i = 0; i < 1000; ++i) {
    record(group, 4999, true);
    record(group, 1, false);
    ASSERT_FALSE(group.degraded());
  }
}

TEST(DegradationTest, ReturnsWithThirtyTwoRepliesInARow) {
  Degradation group;
  record(group, 3, false);
  record(group, 31, true);
  EXPECT_TRUE(group.degraded());
  record(group, 1, true);
  EXPECT_FALSE(group.degraded());
}

TEST(DegradationTest, StaysDownWhileAFifthFails) {
  Degradation group;
  record(group, 3, false);
  for (int i = 0; i < 1000; ++i) {
    record(group, 4, true);
    record(group, 1, false);
    ASSERT_TRUE(group.degraded());
  }
}

TEST(DegradationTest, BothWaysBeginAnew) {
  Degradation group;
  for (int i = 0; i < 3; ++i) {
    record(group, 2, false);
    EXPECT_FALSE(group.degraded());
    record(group, 1, false);
    EXPECT_TRUE(group.degraded());
    record(group, 32, true);
    EXPECT_FALSE(group.degraded());
  }
}

TEST(DegradationTest, TwoOfAHundredAreCanaries) {
  Degradation group;
  SystemRandom random;
  EXPECT_FALSE(group.spares(random));
  record(group, 3, false);
  for (std::uint32_t percent = 0; percent < 100; ++percent) {
    ScriptedRandom chosen{percent};
    EXPECT_EQ(group.spares(chosen), percent >= 2) << percent;
  }
}

TEST(DegradationThreads, WorkersShareIt) {
  Degradation group;
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < 4; ++i) {
      workers.emplace_back([&group, i] {
        SystemRandom random;
        for (std::size_t round = 0; round < 5000; ++round) {
          group.record(round % 100 < 50, 10'000 * static_cast<std::size_t>(i) + round);
          group.spares(random);
        }
      });
    }
  }
  record(group, 3, false);
  EXPECT_TRUE(group.degraded());
}

}  // namespace
}  // namespace tributary::resolver
