#include "base/time.hpp"

#include <gtest/gtest.h>

namespace tributary {
namespace {

using namespace std::chrono_literals;

constexpr Instant noon{12h};

struct DeadlineCase {
  Instant now;
  bool passed;
  Duration remaining;
};

class DeadlineTest : public testing::TestWithParam<DeadlineCase> {};

TEST_P(DeadlineTest, PassesAtItsInstant) {
  const auto& expected = GetParam();
  EXPECT_EQ(Deadline(noon).passed(expected.now), expected.passed);
  EXPECT_EQ(Deadline(noon).remaining(expected.now), expected.remaining);
}

INSTANTIATE_TEST_SUITE_P(BeforeAndAfter, DeadlineTest,
                         testing::Values(DeadlineCase{noon - 2s, false, 2s},
                                         DeadlineCase{noon - 1ns, false, 1ns}, DeadlineCase{noon, true, 0s},
                                         DeadlineCase{noon + 1h, true, 0s}));

TEST(Deadline, CanOnlyBeBroughtForward) {
  EXPECT_EQ(Deadline(noon).sooner(noon - 1s).at(), noon - 1s);
  EXPECT_EQ(Deadline(noon).sooner(noon + 1s).at(), noon);
}

}  // namespace
}  // namespace tributary
