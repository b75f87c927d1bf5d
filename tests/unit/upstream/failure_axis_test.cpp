#include "resolver/upstream/failure_axis.hpp"

#include <gtest/gtest.h>

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;

TEST(FailureWindow, CountsWhatEndedLately) {
  FailureWindow window(10s);
  const Instant start{1h};
  window.succeeded(start);
  window.failed(1, start + 4s);
  window.failed(2, start + 9s);
  const auto tally = window.tally(start + 9s, 10s);
  EXPECT_EQ(tally.ended, 3u);
  EXPECT_EQ(tally.failed, 2u);
  EXPECT_TRUE(tally.domains.several());
  EXPECT_EQ(tally.first_failure, start + 4s);
}

TEST(FailureWindow, ForgetsWhatIsOlder) {
  FailureWindow window(10s);
  const Instant start{1h};
  window.failed(1, start);
  window.failed(2, start + 5s);
  EXPECT_EQ(window.tally(start + 9s, 10s).ended, 2u);
  EXPECT_EQ(window.tally(start + 10s, 10s).ended, 1u);
  EXPECT_EQ(window.tally(start + 9s, 2s).ended, 0u);
  EXPECT_FALSE(window.tally(start + 10s, 10s).domains.several());
  // A slice is used again.
  window.succeeded(start + 20s);
  EXPECT_EQ(window.tally(start + 20s, 10s).ended, 1u);
  EXPECT_EQ(window.tally(start + 20s, 10s).failed, 0u);
}

class FailureAxisTest : public testing::Test {
 protected:
  void fail_in_row(DomainTag domain, Duration after) { axis.failed_in_row(domain, now += after); }
  std::optional<std::string> verdict(Duration patience = 400ms) const {
    return axis.verdict(now, patience, "no reply over UDP");
  }

  FailureAxis axis;
  Instant now{1h};
};

TEST_F(FailureAxisTest, ThreeInARowCondemnWithTheFigures) {
  fail_in_row(1, 0s);
  fail_in_row(2, 600ms);
  EXPECT_FALSE(verdict());
  fail_in_row(1, 600ms);
  EXPECT_EQ(verdict(), "3 failures in 1.2 s: no reply over UDP");
}

TEST_F(FailureAxisTest, NotWithin800Milliseconds) {
  for (const DomainTag domain : {1u, 2u, 3u, 4u, 5u}) fail_in_row(domain, 199ms);
  EXPECT_FALSE(verdict());
  fail_in_row(1, 4ms);
  EXPECT_TRUE(verdict());
}

TEST_F(FailureAxisTest, NotWithinTheTimeThatAReplyMayTake) {
  fail_in_row(1, 0s);
  fail_in_row(2, 500ms);
  fail_in_row(3, 500ms);
  EXPECT_TRUE(verdict(1s));
  EXPECT_FALSE(verdict(1001ms));
}

TEST_F(FailureAxisTest, NotForOneDomain) {
  for (int i = 0; i < 100; ++i) fail_in_row(1, 1s);
  EXPECT_FALSE(verdict());
  fail_in_row(2, 0s);
  EXPECT_TRUE(verdict());
}

TEST_F(FailureAxisTest, ASuccessEndsTheRow) {
  fail_in_row(1, 0s);
  fail_in_row(2, 1s);
  axis.succeeded(now);
  fail_in_row(1, 1s);
  fail_in_row(2, 1s);
  EXPECT_FALSE(verdict());
}

struct WindowCase {
  unsigned succeeded, failed;
  DomainTag domains;
  bool condemned;
};

class FailureShareTest : public FailureAxisTest, public testing::WithParamInterface<WindowCase> {};

TEST_P(FailureShareTest, HalfOfTwentyCondemn) {
  for (unsigned i = 0; i < GetParam().succeeded; ++i) axis.succeeded(now);
  for (unsigned i = 0; i < GetParam().failed; ++i) axis.failed_in_window(i % GetParam().domains, now);
  EXPECT_EQ(verdict().has_value(), GetParam().condemned);
}

INSTANTIATE_TEST_SUITE_P(Shares, FailureShareTest,
                         testing::Values(WindowCase{10, 10, 2, true}, WindowCase{11, 10, 2, false},
                                         WindowCase{9, 10, 2, false}, WindowCase{0, 19, 2, false},
                                         WindowCase{0, 20, 2, true}, WindowCase{10, 90, 1, false},
                                         WindowCase{500, 500, 3, true}));

TEST_F(FailureAxisTest, TellsTheFiguresOfTheWindow) {
  for (unsigned i = 0; i < 8; ++i) axis.succeeded(now);
  for (unsigned i = 0; i < 12; ++i) axis.failed_in_window(i, now);
  EXPECT_EQ(verdict(), "12 of 20 exchanges failed within 10 s: no reply over UDP");
  now += 11s;
  EXPECT_FALSE(verdict());
}

}  // namespace
}  // namespace tributary::resolver
