#include "resolver/recent_failures.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "tests/unit/cache/answers.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;
using dns::testing::question;

const cache::Key www(question("www.example."), false, 0), other(question("other.example."), false, 0);
constexpr Instant now{1h};

TEST(RecentFailures, AreHeldForHalfAMinute) {
  RecentFailures failures;
  EXPECT_FALSE(failures.holds(www, now));
  failures.note(www, now);
  EXPECT_TRUE(failures.holds(www, now));
  EXPECT_TRUE(failures.holds(www, now + 29s + 900ms));
  EXPECT_FALSE(failures.holds(www, now + 30s));
  EXPECT_FALSE(failures.holds(www, now + 24h));
}

TEST(RecentFailures, AnswersEndThem) {
  RecentFailures failures;
  failures.note(www, now);
  failures.forget(www, now);
  EXPECT_FALSE(failures.holds(www, now));
}

TEST(RecentFailures, AreThoseOfOneQuestion) {
  RecentFailures failures;
  failures.note(www, now);
  EXPECT_FALSE(failures.holds(other, now));
  EXPECT_FALSE(failures.holds({question("www.example."), true, 0}, now));
  EXPECT_FALSE(failures.holds({question("www.example."), false, 1}, now));
  failures.forget(other, now);
  EXPECT_TRUE(failures.holds(www, now));
}

TEST(RecentFailures, OfThousandsNearlyAllAreHeld) {
  RecentFailures failures;
  std::vector<cache::Key> keys;
  for (int i = 0; i < 3000; ++i) keys.emplace_back(question("n" + std::to_string(i) + ".test."), false, 0);
  for (const auto& key : keys) failures.note(key, now);
  int held = 0;
  for (const auto& key : keys) held += failures.holds(key, now);
  EXPECT_GT(held, 2600);
}

TEST(RecentFailuresThreads, WorkersShareThem) {
  RecentFailures failures;
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < 4; ++i) {
      workers.emplace_back([&failures] {
        for (int round = 0; round < 20'000; ++round) {
          failures.note(www, now);
          failures.holds(www, now);
          failures.forget(www, now);
        }
      });
    }
  }
  EXPECT_FALSE(failures.holds(www, now));
}

}  // namespace
}  // namespace tributary::resolver
