#include "cache/answer_cache.hpp"

#include <random>

#include <gtest/gtest.h>

#include "tests/unit/cache/answers.hpp"

namespace tributary::cache {
namespace {

using namespace std::chrono_literals;
using dns::testing::question;
using testing::failure;
using testing::incomplete;
using testing::negative;
using testing::positive;

constexpr std::size_t KiB = 1024;

/// One question after the other: n0.test., n1.test., …
dns::Question numbered(std::size_t number) {
  return question("n" + std::to_string(number) + ".test.");
}

class AnswerCacheTest : public ::testing::Test {
 protected:
  static Key key(const dns::Question& asked) { return {asked, false, false, 0}; }
  AnswerPtr lookup(const dns::Question& asked) { return cache.lookup(key(asked), now); }
  void store(const dns::Question& asked, AnswerPtr answer) {
    cache.store(key(asked), std::move(answer), now);
  }

  Instant now{1h};
  AnswerCache cache{64 * 64 * KiB};
  const dns::Question www = question("www.example.");
};

TEST_F(AnswerCacheTest, KnowsNothingAtFirst) {
  EXPECT_EQ(lookup(www), nullptr);
  EXPECT_EQ(cache.statistics().entries, 0u);
  EXPECT_EQ(cache.statistics().bytes, 0u);
}

TEST_F(AnswerCacheTest, FindsWhatWasStored) {
  const auto answer = positive(www, 300, now);
  store(www, answer);
  EXPECT_EQ(lookup(www), answer);
  EXPECT_EQ(lookup(question("WWW.example.")), answer);
  EXPECT_EQ(cache.statistics().entries, 1u);
}

TEST_F(AnswerCacheTest, FindsNothingUnderAnotherKey) {
  store(www, positive(www, 300, now));
  EXPECT_EQ(cache.lookup(Key(www, true, false, 0), now), nullptr);
  EXPECT_EQ(cache.lookup(Key(www, false, false, 1), now), nullptr);
  EXPECT_EQ(lookup(question("example.")), nullptr);
}

TEST_F(AnswerCacheTest, AnswersGrowOldAndExpire) {
  store(www, positive(www, 300, now));
  now += 299s + 999ms;
  const auto answer = lookup(www);
  ASSERT_NE(answer, nullptr);
  EXPECT_EQ(answer->age(now), 299u);
  now += 1ms;
  EXPECT_EQ(lookup(www), nullptr);
}

TEST_F(AnswerCacheTest, ReplacesWithoutCountingTwice) {
  store(www, positive(www, 300, now));
  const auto before = cache.statistics();
  const auto second = positive(www, 600, now);
  store(www, second);
  EXPECT_EQ(lookup(www), second);
  EXPECT_EQ(cache.statistics().entries, before.entries);
  EXPECT_EQ(cache.statistics().bytes, before.bytes);
}

TEST_F(AnswerCacheTest, DoesNotKeepWhatIsLocal) {
  const auto line = std::string("www.example. 300 IN A 192.0.2.1");
  store(www, testing::judged(www, dns::testing::reply_message(www, dns::Rcode::NOERROR, {line}), now,
                             resolver::Channel::local));
  EXPECT_EQ(lookup(www), nullptr);
}

TEST_F(AnswerCacheTest, DoesNotKeepWhatIsShortLived) {
  store(www, positive(www, 4, now));
  EXPECT_EQ(lookup(www), nullptr);
  store(www, positive(www, 5, now));
  EXPECT_NE(lookup(www), nullptr);
}

TEST_F(AnswerCacheTest, CountsFailuresInARow) {
  EXPECT_EQ(cache.failures(key(www)), 0u);
  store(www, failure(www, 0, now));
  EXPECT_EQ(cache.failures(key(www)), 1u);
  now += 1h;  // long expired
  EXPECT_EQ(cache.failures(key(www)), 1u);
  store(www, failure(www, 1, now));
  EXPECT_EQ(cache.failures(key(www)), 2u);
}

TEST_F(AnswerCacheTest, AnAnswerEndsTheRowOfFailures) {
  store(www, failure(www, 3, now));
  store(www, positive(www, 300, now));
  EXPECT_EQ(cache.failures(key(www)), 0u);
}

TEST_F(AnswerCacheTest, AnAnswerThatIsNotKeptEndsTheRowOfFailuresToo) {
  store(www, failure(www, 3, now));
  store(www, positive(www, 1, now));
  EXPECT_EQ(cache.failures(key(www)), 0u);
  EXPECT_EQ(lookup(www), nullptr);
  EXPECT_EQ(cache.statistics().entries, 0u);
  EXPECT_EQ(cache.statistics().bytes, 0u);
}

TEST_F(AnswerCacheTest, AShortLivedAnswerLeavesALongerOneAlone) {
  const auto first = positive(www, 300, now);
  store(www, first);
  store(www, positive(www, 1, now));
  EXPECT_EQ(lookup(www), first);
}

/// All ranks, the lowest first.
std::vector<AnswerPtr> ranks(const dns::Question& asked, Instant now) {
  return {failure(asked, 0, now), incomplete(asked, 300, now), negative(asked, 300, now),
          positive(asked, 300, now), positive(asked, 300, now, resolver::Channel::authenticated)};
}

TEST_F(AnswerCacheTest, AFreshAnswerYieldsToItsOwnRankAndHigherOnly) {
  const auto first = ranks(www, now), second = ranks(www, now);
  for (std::size_t held = 0; held < first.size(); ++held) {
    for (std::size_t offered = 0; offered < second.size(); ++offered) {
      AnswerCache empty(64 * 64 * KiB);
      empty.store(key(www), first[held], now);
      empty.store(key(www), second[offered], now);
      EXPECT_EQ(empty.lookup(key(www), now), offered >= held ? second[offered] : first[held])
          << held << " then " << offered;
    }
  }
}

TEST_F(AnswerCacheTest, AnExpiredAnswerYieldsToAnyRank) {
  store(www, positive(www, 300, now));
  now += 300s;
  const auto late = failure(www, 0, now);
  store(www, late);
  EXPECT_EQ(lookup(www), late);
}

class SmallCacheTest : public AnswerCacheTest {
 protected:
  AnswerCache small{256 * KiB};
  void fill(std::size_t from, std::size_t to) {
    for (auto i = from; i < to; ++i) small.store(key(numbered(i)), positive(numbered(i), 300, now), now);
  }
};

TEST_F(SmallCacheTest, StaysWithinItsLimit) {
  std::mt19937 generator(4);
  for (std::size_t i = 0; i < 5000; ++i) {
    const auto asked = numbered(generator() % 2000);
    switch (generator() % 3) {
      case 0:
        small.store(key(asked), positive(asked, 300, now), now);
        break;
      case 1:
        small.store(key(asked), negative(asked, 300, now), now);
        break;
      default:
        small.store(key(asked), failure(asked, 1, now), now);
        break;
    }
    now += 1s;
    ASSERT_LE(small.statistics().bytes, small.statistics().limit);
  }
  const auto end = small.statistics();
  EXPECT_LE(end.limit, 256 * KiB);
  EXPECT_GT(end.bytes, end.limit / 2);
  EXPECT_GT(end.evictions, 0u);
}

TEST_F(SmallCacheTest, CountsEntriesAndEvictions) {
  fill(0, 3000);
  const auto statistics = small.statistics();
  EXPECT_EQ(statistics.entries + statistics.evictions, 3000u);
  std::size_t found = 0;
  for (std::size_t i = 0; i < 3000; ++i) found += small.lookup(key(numbered(i)), now) != nullptr;
  EXPECT_EQ(found, statistics.entries);
}

TEST_F(SmallCacheTest, DropsWhatWasNotUsedForLongest) {
  fill(0, 2);
  for (std::size_t i = 2; i < 3000; ++i) {
    fill(i, i + 1);
    ASSERT_NE(small.lookup(key(numbered(0)), now), nullptr) << "used all the time, gone after " << i;
  }
  EXPECT_EQ(small.lookup(key(numbered(1)), now), nullptr);
}

TEST_F(SmallCacheTest, AnEvictedAnswerLivesAsLongAsItIsHeld) {
  fill(0, 1);
  const auto held = small.lookup(key(numbered(0)), now);
  fill(1, 3000);
  ASSERT_EQ(small.lookup(key(numbered(0)), now), nullptr);
  EXPECT_EQ(held->rcode(), dns::Rcode::NOERROR);
  EXPECT_FALSE(held->message().empty());
}

TEST_F(SmallCacheTest, SurvivesAnswersThatAreLargerThanAShard) {
  const auto asked = question("big.test.", dns::Type::TXT);
  std::vector<std::string> lines;
  for (int i = 0; i < 200; ++i) {
    lines.push_back("big.test. 300 IN TXT \"" + std::string(200, 'x') + std::to_string(i) + "\"");
  }
  const auto message = dns::testing::reply_message(asked, dns::Rcode::NOERROR,
                                                   dns::testing::Lines(lines.begin(), lines.end()));
  small.store(key(asked), testing::judged(asked, message, now, resolver::Channel::clear), now);
  EXPECT_EQ(small.lookup(key(asked), now), nullptr);
  EXPECT_LE(small.statistics().bytes, small.statistics().limit);
}

}  // namespace
}  // namespace tributary::cache
