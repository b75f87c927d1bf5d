#include <random>

#include <gtest/gtest.h>

#include "cache/answer_cache.hpp"
#include "tests/unit/cache/answers.hpp"

namespace tributary::cache {
namespace {

using namespace std::chrono_literals;
using dns::testing::question;
using testing::positive;

constexpr std::size_t KiB = 1024;

/// Answers of many sizes. Under many groups they make many keys, at the price of few.
class EvictionTest : public ::testing::Test {
 protected:
  static AnswerPtr text_of(std::size_t octets, Instant now, std::uint32_t ttl = 3600) {
    const auto asked = question("t" + std::to_string(octets) + ".test.", dns::Type::TXT);
    std::string line = asked.name.to_text() + " " + std::to_string(ttl) + " IN TXT";
    for (; octets > 250; octets -= 250) line += " \"" + std::string(249, 'x') + "\"";
    line += " \"" + std::string(octets, 'y') + "\"";
    return testing::judged(asked, dns::testing::reply_message(asked, dns::Rcode::NOERROR, {line}), now,
                           resolver::Channel::clear);
  }

  static Key key(const AnswerPtr& answer, std::size_t group) {
    return {dns::MessageView::parse(answer->message())->question(), false, static_cast<std::uint16_t>(group)};
  }

  bool has(const AnswerPtr& answer, std::size_t group) {
    return reader.lookup(key(answer, group), now) != nullptr;
  }
  void store(const AnswerPtr& answer, std::size_t from, std::size_t to) {
    for (auto group = from; group < to; ++group) cache.store(key(answer, group), answer, now);
  }
  std::size_t found(const AnswerPtr& answer, std::size_t from, std::size_t to) {
    std::size_t count = 0;
    for (auto group = from; group < to; ++group) count += has(answer, group);
    return count;
  }

  Instant now{1h};
  AnswerCache cache{1024 * KiB};
  AnswerCache::Reader reader{cache};
  const AnswerPtr small = text_of(10, now);
};

TEST_F(EvictionTest, KeepsEverythingWhileThereIsRoom) {
  store(small, 0, 8000);  // about 100 octets each
  EXPECT_EQ(found(small, 0, 8000), 8000u);
  EXPECT_EQ(cache.statistics().entries, 8000u);
  EXPECT_EQ(cache.statistics().evictions.fresh(), 0u);
}

TEST_F(EvictionTest, StaysWithinItsLimitAndComesNearIt) {
  std::vector<AnswerPtr> answers;
  for (std::size_t octets = 0; octets <= 4000; octets += 160) answers.push_back(text_of(octets, now));
  std::mt19937 generator(4);
  for (int i = 0; i < 100'000; ++i) {
    const auto& answer = answers[generator() % answers.size()];
    const auto group = generator() % 8000;
    cache.store(key(answer, group), answer, now);
    if (generator() % 4 == 0) has(answer, generator() % 8000);
    ASSERT_LE(cache.statistics().bytes, 1024 * KiB) << i;
  }
  EXPECT_GT(cache.statistics().bytes, 1024 * KiB * 97 / 100);
  EXPECT_GT(cache.statistics().evictions.fresh(), 1000u);
}

TEST_F(EvictionTest, AFullCacheOfEqualEntriesComesNearItsLimit) {
  store(small, 0, 40'000);
  EXPECT_LE(cache.statistics().bytes, 1024 * KiB);
  EXPECT_GT(cache.statistics().bytes, 1024 * KiB * 97 / 100);
}

TEST_F(EvictionTest, CountsEntriesAndEvictions) {
  store(small, 0, 30'000);
  const auto statistics = cache.statistics();
  EXPECT_GT(statistics.evictions.fresh(), 0u);
  EXPECT_EQ(statistics.entries + statistics.evictions.fresh(), 30'000u);
  EXPECT_EQ(found(small, 0, 30'000), statistics.entries);
}

TEST_F(EvictionTest, TellsWhyEntriesLeave) {
  store(small, 0, 20'000);
  const auto once = cache.statistics().evictions;
  EXPECT_GT(once.once, 0u);
  EXPECT_EQ(once.unused + once.forced + once.expired, 0u);
  for (std::size_t group = 20'000; group < 60'000; ++group) {  // each is asked for again, but not for long
    store(small, group, group + 1);
    has(small, group);
  }
  EXPECT_GT(cache.statistics().evictions.unused, 0u);
  now += 2h;
  store(text_of(11, now), 0, 9000);
  EXPECT_GT(cache.statistics().evictions.expired, 0u);
}

TEST_F(EvictionTest, WhatIsUsedAllTheTimeStays) {
  store(small, 0, 2);
  for (std::size_t group = 2; group < 30'000; ++group) {
    store(small, group, group + 1);
    ASSERT_TRUE(has(small, 0)) << "used all the time, gone after " << group;
  }
  EXPECT_FALSE(has(small, 1));
}

TEST_F(EvictionTest, AFloodOfNamesAskedForOnceLeavesTheHotOnesAlone) {
  constexpr std::size_t hot = 3000;
  store(small, 0, hot);
  for (int round = 0; round < 2; ++round) ASSERT_EQ(found(small, 0, hot), hot);
  const auto other = text_of(11, now);
  store(other, 0, 60'000);
  store(text_of(12, now), 0, 60'000);
  EXPECT_EQ(found(small, 0, hot), hot);
}

TEST_F(EvictionTest, WhatComesBackSoonAfterItWasDroppedStaysLonger) {
  store(small, 0, 1);
  std::size_t next = 1;
  for (; next < 60'000; ++next) {
    store(small, next, next + 1);
    // `peek` is no use: it saves nothing.
    const AnswerCache::ReadGuard guard(reader);
    if (!guard.peek(key(small, 0))) break;
  }
  store(small, 0, 1);
  const auto other = text_of(11, now);
  store(other, 0, 20'000);
  EXPECT_TRUE(has(small, 0));
}

TEST_F(EvictionTest, ExpiredEntriesLeaveFirstAndAreNoEvictions) {
  const auto brief = text_of(10, now, 60);
  store(brief, 0, 9000);
  for (int i = 0; i < 3; ++i) found(brief, 0, 9000);
  now += 60s;
  const auto later = text_of(11, now);
  store(later, 0, 9000);
  EXPECT_EQ(cache.statistics().evictions.fresh(), 0u);
  EXPECT_EQ(found(later, 0, 9000), 9000u);
  EXPECT_LT(cache.statistics().entries, 15'000u);
}

TEST_F(EvictionTest, DoesNotKeepWhatIsLargerThanASegment) {
  const auto fits = text_of(8000, now), large = text_of(8200, now);
  store(fits, 0, 1);
  EXPECT_TRUE(has(fits, 0));
  store(large, 0, 1);
  EXPECT_FALSE(has(large, 0));
}

TEST_F(EvictionTest, WhatIsTooLargeToBeKeptEndsARowOfFailures) {
  const auto large = text_of(8200, now);
  const auto asked = question("t8200.test.", dns::Type::TXT);
  cache.store(key(large, 0), testing::failure(asked, 2, now), now);
  ASSERT_EQ(reader.failures(key(large, 0)), 3u);
  store(large, 0, 1);
  EXPECT_EQ(reader.failures(key(large, 0)), 0u);
}

TEST_F(EvictionTest, WhatAReaderSeesStaysThoughTheCacheIsOverwritten) {
  store(small, 0, 1);
  AnswerCache::Reader other(cache);
  const AnswerCache::ReadGuard guard(other);
  const auto entry = guard.find(key(small, 0), now);
  ASSERT_TRUE(entry);
  store(small, 1, 60'000);
  EXPECT_TRUE(std::ranges::equal(entry->message().subspan(4), std::span(small->message()).subspan(4)));
  EXPECT_LE(cache.statistics().bytes, 1024 * KiB);
}

TEST_F(EvictionTest, ALateReaderDoesNotStopTheCacheForGood) {
  {
    const AnswerCache::ReadGuard guard(reader);
    store(small, 0, 60'000);
    EXPECT_FALSE(guard.peek(key(small, 59'999)));
  }
  store(small, 60'000, 60'001);
  EXPECT_TRUE(has(small, 60'000));
}

TEST_F(EvictionTest, AnAnswerTakesLittleMoreThanItsOctets) {
  AnswerCache large(16 * 1024 * KiB);
  constexpr std::size_t count = 20'000;
  for (std::size_t i = 0; i < count; ++i) {
    const auto asked = question("n" + std::to_string(1'000'000 + i) + ".bench.corp.");
    large.store({asked, false, 0}, positive(asked, 3600, now), now);
  }
  ASSERT_EQ(large.statistics().entries, count);
  EXPECT_LE(large.statistics().bytes / count, 110u);
}

}  // namespace
}  // namespace tributary::cache
