#include "resolver/upstream/local_link.hpp"

#include <string_view>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/log.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;

/// What a detector with two upstreams (a, b) makes of events a tenth of a second apart.
///
///   a b  an exchange with it failed, for a domain that changes every time   . nothing
///   A B  it was answered   x y  it failed for one domain only   p q  there was no route to it
struct OutageCase {
  std::string_view events;
  bool down;
};

class OutageDetectorTest : public testing::TestWithParam<OutageCase> {};

TEST_P(OutageDetectorTest, FollowsItsEvents) {
  OutageDetector detector;
  const std::size_t numbers[] = {detector.add_upstream(), detector.add_upstream()};
  Instant now{1h};
  DomainTag domain = 100;
  for (const char event : GetParam().events) {
    now += 100ms;
    if (event == 'a' || event == 'b') detector.failed(numbers[event - 'a'], ++domain, false, now);
    if (event == 'A' || event == 'B') detector.succeeded(numbers[event - 'A'], now);
    if (event == 'x' || event == 'y') detector.failed(numbers[event - 'x'], 7, false, now);
    if (event == 'p' || event == 'q') detector.failed(numbers[event - 'p'], 7, true, now);
  }
  EXPECT_EQ(detector.down(), GetParam().down) << GetParam().events;
}

INSTANTIATE_TEST_SUITE_P(
    Events, OutageDetectorTest,
    testing::Values(OutageCase{"", false}, OutageCase{"ABAB", false}, OutageCase{"abab", false},
                    OutageCase{"ababa", true}, OutageCase{"aaaaa", false}, OutageCase{"aaaaab", true},
                    // Successes of before fade from the shortest span first.
                    OutageCase{"ABABABABAB.ababab", true}, OutageCase{"ABABABABABaba", false},
                    // One that answers keeps the link up, however many probes another one fails.
                    OutageCase{"aaaaaaaaBaaaaaaaaBaaaaaaaa", false}, OutageCase{"abababAababababab", true},
                    // A dead zone.
                    OutageCase{"xyxyxyxyxyxyxyxy", false},
                    // Failures that are long ago.
                    OutageCase{"abab....................a", false}, OutageCase{"abab...a", true},
                    OutageCase{"ababaA", false}, OutageCase{"ababaAb", false}, OutageCase{"p", false},
                    OutageCase{"pq", true}, OutageCase{"pBq", true}, OutageCase{"ApB", false},
                    OutageCase{"pqA", false}, OutageCase{"p.......................q", false}));

TEST(OutageDetectorTest, ABurstInOneMomentIsNoOutage) {
  OutageDetector detector;
  detector.add_upstream();
  detector.add_upstream();
  for (DomainTag i = 0; i < 100; ++i) EXPECT_FALSE(detector.failed(i % 2, i, false, Instant(1h)));
}

TEST(OutageDetectorTest, OneUpstreamMaySpeakForTheLink) {
  OutageDetector detector;
  detector.add_upstream();
  Instant now{1h};
  for (DomainTag i = 0; i < 4; ++i) EXPECT_FALSE(detector.failed(0, i, false, now += 200ms));
  EXPECT_TRUE(detector.failed(0, 9, false, now += 200ms));
}

TEST(OutageDetectorTest, WhoIsGoneHasNoVoice) {
  OutageDetector detector;
  const auto stays = detector.add_upstream(), goes = detector.add_upstream();
  EXPECT_FALSE(detector.failed(stays, 1, true, Instant(1h)));
  detector.remove_upstream(goes);
  EXPECT_TRUE(detector.failed(stays, 1, true, Instant(1h)));
}

TEST(OutageDetectorTest, ANumberIsUsedAgainWithoutItsPast) {
  OutageDetector detector;
  detector.add_upstream();
  const auto goes = detector.add_upstream();
  detector.failed(goes, 1, true, Instant(1h));
  detector.remove_upstream(goes);
  EXPECT_EQ(detector.add_upstream(), goes);
  EXPECT_FALSE(detector.failed(0, 1, true, Instant(1h)));
}

class LocalLinkTest : public testing::Test {
 protected:
  LocalLinkTest() {
    for (int i = 0; i < 2; ++i) link.join([this](Instant at) { forgiven.push_back(at); });
  }
  void go_down() {
    link.failed(0, 1, true, now);
    ASSERT_TRUE(link.failed(1, 1, true, now));
  }

  LocalLink link;
  std::vector<Instant> forgiven;
  Instant now{1h};
};

TEST_F(LocalLinkTest, IsUpAtFirst) {
  EXPECT_FALSE(link.down());
  EXPECT_EQ(link.outages(), 0u);
  EXPECT_EQ(link.probe_due(), std::nullopt);
}

TEST_F(LocalLinkTest, IsProbedOnceASecondWhileDown) {
  go_down();
  EXPECT_TRUE(link.down());
  EXPECT_EQ(link.outages(), 1u);
  EXPECT_EQ(link.probe_due(), now);
  link.probe_sent(now);
  EXPECT_EQ(link.probe_due(), now + 1s);
}

TEST_F(LocalLinkTest, TellsOnceThatItIsDown) {
  go_down();
  EXPECT_FALSE(link.failed(0, 2, true, now += 1s));
  EXPECT_EQ(link.outages(), 1u);
}

TEST_F(LocalLinkTest, WhoHasLeftIsNotForgiven) {
  go_down();
  link.leave(1);
  link.succeeded(0, now);
  EXPECT_EQ(forgiven.size(), 1u);
}

TEST_F(LocalLinkTest, TheFirstReplyForgivesEverybody) {
  go_down();
  link.succeeded(1, now += 30s);
  EXPECT_FALSE(link.down());
  EXPECT_EQ(link.probe_due(), std::nullopt);
  EXPECT_EQ(forgiven, std::vector<Instant>(2, now));
  link.succeeded(1, now);
  EXPECT_EQ(forgiven.size(), 2u);
}

TEST(LocalLinkThreads, GoUpAndDownTogether) {
  log::configure(log::Format::text, log::Level::error);  // as always before threads start
  constexpr unsigned rounds = 2000;
  LocalLink link;
  std::atomic<unsigned> forgiven{0};
  for (int i = 0; i < 2; ++i) link.join([&](Instant) { ++forgiven; });
  {
    std::vector<std::jthread> workers;
    for (std::size_t upstream = 0; upstream < 2; ++upstream) {
      workers.emplace_back([&link, upstream] {
        for (unsigned i = 0; i < rounds; ++i) {
          const Instant now{1h + std::chrono::milliseconds(i)};
          if (i % 8 < 6)
            link.failed(upstream, i, true, now);
          else
            link.succeeded(upstream, now);
          if (link.probe_due()) link.probe_sent(now);
        }
      });
    }
  }
  link.succeeded(0, Instant(2h));
  EXPECT_FALSE(link.down());
  EXPECT_EQ(forgiven, 2 * link.outages());
}

}  // namespace
}  // namespace tributary::resolver
