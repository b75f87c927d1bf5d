#include "cache/answer_cache.hpp"

#include <algorithm>
#include <tuple>

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
using testing::signed_positive;

constexpr std::size_t KiB = 1024;

::testing::AssertionResult same(const AnswerPtr& found, const AnswerPtr& stored) {
  if (!found) return ::testing::AssertionFailure() << "not found";
  const auto all = [](const Answer& answer) {
    const auto message = answer.message();
    const auto ttl_offsets = answer.ttl_offsets();
    return std::tuple(std::vector(message.begin(), message.end()),
                      std::vector(ttl_offsets.begin(), ttl_offsets.end()), answer.cuts(), answer.rcode(),
                      answer.rank(), answer.error(), answer.continues_at(), answer.failures(),
                      answer.stored(), answer.lifetime());
  };
  if (all(*found) != all(*stored)) return ::testing::AssertionFailure() << "another answer";
  return ::testing::AssertionSuccess();
}

class AnswerCacheTest : public ::testing::Test {
 protected:
  static Key key(const dns::Question& asked) { return {asked, false, 0}; }
  AnswerPtr lookup(const dns::Question& asked) { return reader.lookup(key(asked), now); }
  void store(const dns::Question& asked, AnswerPtr answer) {
    cache.store(key(asked), std::move(answer), now);
  }

  UpstreamPlace source(const dns::Question& asked) {
    const AnswerCache::ReadGuard guard(reader);
    return guard.peek(key(asked)).value().upstream();
  }

  Instant now{1h};
  AnswerCache cache{4096 * KiB};
  AnswerCache::Reader reader{cache};
  const dns::Question www = question("www.example.");
};

TEST_F(AnswerCacheTest, KnowsNothingAtFirst) {
  EXPECT_EQ(lookup(www), nullptr);
  EXPECT_EQ(cache.statistics().entries, 0u);
  EXPECT_LT(cache.statistics().bytes, 4096 * KiB / 100);
  EXPECT_EQ(cache.statistics().limit, 4096 * KiB);
}

TEST_F(AnswerCacheTest, FindsWhatWasStored) {
  const auto answer = positive(www, 300, now);
  store(www, answer);
  EXPECT_TRUE(same(lookup(www), answer));
  EXPECT_TRUE(same(lookup(question("WWW.example.")), answer));
  EXPECT_EQ(cache.statistics().entries, 1u);
}

TEST_F(AnswerCacheTest, KeepsNothingWhenItIsCleared) {
  for (int i = 0; i < 5000; ++i) {
    const auto asked = question("n" + std::to_string(i) + ".example.");
    store(asked, positive(asked, 300, now));
  }
  ASSERT_EQ(cache.statistics().entries, 5000u);
  cache.clear();
  EXPECT_EQ(cache.statistics().entries, 0u);
  EXPECT_EQ(lookup(question("n7.example.")), nullptr);
  store(www, positive(www, 300, now));
  EXPECT_NE(lookup(www), nullptr);
}

TEST_F(AnswerCacheTest, FindsNothingUnderAnotherKey) {
  store(www, positive(www, 300, now));
  EXPECT_EQ(reader.lookup(Key(www, true, 0), now), nullptr);
  EXPECT_EQ(reader.lookup(Key(www, false, 1), now), nullptr);
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
  EXPECT_TRUE(same(lookup(www), second));
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
  EXPECT_EQ(reader.failures(key(www)), 0u);
  store(www, failure(www, 0, now));
  EXPECT_EQ(reader.failures(key(www)), 1u);
  now += 1h;  // long expired
  EXPECT_EQ(reader.failures(key(www)), 1u);
  store(www, failure(www, 1, now));
  EXPECT_EQ(reader.failures(key(www)), 2u);
}

TEST_F(AnswerCacheTest, AnEntryNamesItsUpstream) {
  cache.store(key(www), positive(www, 300, now), now, upstream_place(3));
  EXPECT_EQ(source(www), upstream_place(3));
  EXPECT_EQ(reader.failures(key(www)), 0u) << "they share an octet";
  cache.store(key(www), positive(www, 300, now), now, upstream_place(0));
  EXPECT_EQ(source(www), upstream_place(0));
  store(www, positive(www, 300, now));
  EXPECT_EQ(source(www), UpstreamPlace::none);
}

TEST_F(AnswerCacheTest, AFailureIsNobodysAnswer) {
  cache.store(key(www), failure(www, 6, now), now, upstream_place(3));
  EXPECT_EQ(source(www), UpstreamPlace::none);
  EXPECT_EQ(reader.failures(key(www)), 7u);
}

TEST_F(AnswerCacheTest, DropsWhatIsNotRankedHigher) {
  store(www, positive(www, 300, now));
  cache.drop(key(www), Rank::negative);
  EXPECT_NE(lookup(www), nullptr);
  cache.drop(key(question("ww2.example.")), Rank::clear);
  EXPECT_NE(lookup(www), nullptr) << "another name";
  cache.drop(key(www), Rank::clear);
  EXPECT_EQ(lookup(www), nullptr);
  EXPECT_EQ(cache.statistics().entries, 0u);
  cache.drop(key(www), Rank::clear);  // nothing is there
}

TEST_F(AnswerCacheTest, DropsWhatHasExpiredToo) {
  store(www, positive(www, 300, now));
  now += 301s;
  cache.drop(key(www), Rank::clear);
  EXPECT_EQ(cache.statistics().entries, 0u);
}

TEST_F(AnswerCacheTest, WhatIsAuthenticatedOutlivesADrop) {
  store(www, positive(www, 300, now, resolver::Channel::authenticated));
  cache.drop(key(www), Rank::clear);
  EXPECT_NE(lookup(www), nullptr);
}

TEST(UpstreamPlace, AnOctetHolds255OfThem) {
  EXPECT_EQ(static_cast<int>(upstream_place(254)), 254);
  EXPECT_EQ(upstream_place(255), UpstreamPlace::none);
  EXPECT_EQ(upstream_place(100'000), UpstreamPlace::none);
}

TEST_F(AnswerCacheTest, AnAnswerEndsTheRowOfFailures) {
  store(www, failure(www, 3, now));
  store(www, positive(www, 300, now));
  EXPECT_EQ(reader.failures(key(www)), 0u);
}

TEST_F(AnswerCacheTest, AnAnswerThatIsNotKeptEndsTheRowOfFailuresToo) {
  store(www, failure(www, 3, now));
  store(www, positive(www, 1, now));
  EXPECT_EQ(reader.failures(key(www)), 0u);
  EXPECT_EQ(lookup(www), nullptr);
  EXPECT_EQ(cache.statistics().entries, 0u);
}

TEST_F(AnswerCacheTest, AShortLivedAnswerLeavesALongerOneAlone) {
  const auto first = positive(www, 300, now);
  store(www, first);
  store(www, positive(www, 1, now));
  EXPECT_TRUE(same(lookup(www), first));
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
      AnswerCache empty(4096 * KiB);
      AnswerCache::Reader its_reader(empty);
      empty.store(key(www), first[held], now);
      empty.store(key(www), second[offered], now);
      EXPECT_TRUE(same(its_reader.lookup(key(www), now), offered >= held ? second[offered] : first[held]))
          << held << " then " << offered;
    }
  }
}

TEST_F(AnswerCacheTest, AnExpiredAnswerYieldsToAnyRank) {
  store(www, positive(www, 300, now));
  now += 300s;
  const auto late = failure(www, 0, now);
  store(www, late);
  EXPECT_TRUE(same(lookup(www), late));
}

TEST_F(AnswerCacheTest, KeepsErrorsAndChains) {
  const auto refused = resolver::Judge::failure(www, {dns::ExtendedError::not_ready, "später"}, 0, now);
  store(www, refused);
  EXPECT_TRUE(same(lookup(www), refused));
  const auto chain = incomplete(www, 300, now);
  ASSERT_TRUE(chain->continues_at());
  store(www, chain);
  EXPECT_TRUE(same(lookup(www), chain));
}

TEST_F(AnswerCacheTest, KeepsWhereSignaturesStand) {
  const auto answer = signed_positive(www, 300, now);
  ASSERT_FALSE(answer->cuts().empty());
  store(www, answer);
  EXPECT_TRUE(same(lookup(www), answer));
  const AnswerCache::ReadGuard guard(reader);
  EXPECT_EQ(guard.find(key(www), now)->cuts(), answer->cuts());
}

/// Header, one offset, and the message without its first four octets.
TEST_F(AnswerCacheTest, AnUnsignedEntryTakesNoRoomForSignatures) {
  const auto answer = positive(www, 300, now);
  EXPECT_EQ(entry_size(*answer), (24 + 2 + answer->message().size() - 4 + 7) / 8 * 8);
}

TEST_F(AnswerCacheTest, AnEntryIsSeenWhereItStands) {
  const auto answer = positive(www, 300, now);
  store(www, answer);
  const AnswerCache::ReadGuard guard(reader);
  const auto entry = guard.find(key(www), now);
  ASSERT_TRUE(entry);
  EXPECT_TRUE(std::ranges::equal(entry->message().subspan(4), std::span(answer->message()).subspan(4)));
  EXPECT_TRUE(std::ranges::equal(entry->ttl_offsets(), answer->ttl_offsets()));
  EXPECT_EQ(entry->age(now + 7s), 7u);
  EXPECT_FALSE(entry->continues());
}

TEST_F(AnswerCacheTest, DoesNotKeepTheAnswerToAnotherQuestion) {
  store(www, positive(question("ww2.example."), 300, now));
  EXPECT_EQ(lookup(www), nullptr);
  EXPECT_EQ(cache.statistics().entries, 0u);
}

TEST_F(AnswerCacheTest, TimesAreKeptToAFractionOfASecond) {
  now += 900ms;
  store(www, positive(www, 300, now));
  EXPECT_EQ(lookup(www)->age(now + 990ms), 0u);
  EXPECT_EQ(lookup(www)->age(now + 1s), 1u);
}

}  // namespace
}  // namespace tributary::cache
