#include "cache/walk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <thread>

#include "tests/unit/cache/answers.hpp"

namespace tributary::cache {
namespace {

using namespace std::chrono_literals;
using dns::testing::question;

class CacheWalkTest : public ::testing::Test {
 protected:
  static dns::Question numbered(int number) { return question("n" + std::to_string(number) + ".example."); }
  void store(int number) {
    const auto asked = numbered(number);
    cache.store(Key(asked, false, 0), testing::positive(asked, 300, now), now);
  }
  /// How often each question was passed.
  std::map<std::string, int> passed() {
    std::map<std::string, int> out;
    AnswerCache::Walk walk(cache);
    while (walk.step([&](const EntryView& entry) {
      const auto octets = entry.question();
      ++out[{octets.begin(), octets.end()}];
    })) {
    }
    return out;
  }

  const Instant now{1h};
  AnswerCache cache{32 << 20};  // several shards, each in parts
};

using CacheWalkThreads = CacheWalkTest;

TEST_F(CacheWalkTest, OfNothingEnds) {
  EXPECT_TRUE(passed().empty());
}

TEST_F(CacheWalkTest, PassesEachEntryOnce) {
  for (int number = 0; number < 20'000; ++number) store(number);
  const auto found = passed();
  EXPECT_EQ(found.size(), 20'000u);
  for (const auto& [name, times] : found) EXPECT_EQ(times, 1);
}

TEST_F(CacheWalkTest, EndsThoughTheCacheGrowsMeanwhile) {
  for (int number = 0; number < 1000; ++number) store(number);
  AnswerCache::Walk walk(cache);
  std::size_t passed = 0;
  int number = 1000;
  while (walk.step([&](const EntryView&) { ++passed; })) {
    for (const int end = number + 100; number < end; ++number) store(number);
  }
  EXPECT_GE(passed, 1000u);
}

TEST_F(CacheWalkThreads, SeesWholeEntriesWhileOthersStoreAndEvict) {
  AnswerCache small(256 << 10);
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (int number = 0; number < 20'000; ++number) {
      const auto asked = numbered(number % 10'000);
      small.store(Key(asked, false, 0), testing::positive(asked, 300, now), now);
    }
    done = true;
  });
  std::size_t walks = 0;
  do {
    AnswerCache::Walk walk(small);
    while (walk.step([&](const EntryView& entry) {
      const auto octets = entry.message();
      std::vector<std::uint8_t> message(octets.begin(), octets.end());
      message[0] = message[1] = message[3] = 0;
      message[2] = 0x80;
      ASSERT_TRUE(dns::MessageView::parse(message));
    })) {
    }
    ++walks;
  } while (!done);
  writer.join();
  EXPECT_GE(walks, 1u);
}

}  // namespace
}  // namespace tributary::cache
