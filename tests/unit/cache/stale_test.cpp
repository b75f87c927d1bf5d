// Serving stale, as far as the cache goes (RFC 8767).

#include <gtest/gtest.h>

#include <vector>

#include "cache/answer_cache.hpp"
#include "tests/unit/cache/answers.hpp"

namespace tributary::cache {
namespace {

using namespace std::chrono_literals;
using dns::testing::question;
using testing::failure;
using testing::incomplete;
using testing::negative;
using testing::positive;

constexpr std::size_t MiB = 1024 * 1024;
constexpr Duration day = 24h;

class StaleTest : public ::testing::Test {
 protected:
  void store(const AnswerPtr& answer) { cache.store(key, answer, now); }
  AnswerPtr stale() { return reader.lookup_stale(key, now); }
  AnswerPtr fresh() { return reader.lookup(key, now); }

  Instant now{72h};
  AnswerCache cache{4 * MiB, day};
  AnswerCache::Reader reader{cache};
  const dns::Question www = question("www.example.");
  const Key key{www, false, 0};
};

/// RFC 8767 §4: TTLs of 30 s; RFC 8914 §4.4: EDE 3.
TEST_F(StaleTest, AStaleAnswerHasAShortTtlAndSaysWhatItIs) {
  store(positive(www, 300, now));
  now += 300s;
  EXPECT_EQ(fresh(), nullptr);
  const auto answer = stale();
  ASSERT_NE(answer, nullptr);
  EXPECT_TRUE(answer->is_stale());
  EXPECT_EQ(answer->age(now), 0u);
  EXPECT_EQ(answer->error()->code, dns::ExtendedError::stale_answer);
  const auto records = dns::read_records(*dns::MessageView::parse(answer->message())).value();
  ASSERT_EQ(records.answer.size(), 1u);
  EXPECT_EQ(dns::to_text(records.answer.front()), "www.example. 30 IN A 192.0.2.1");
}

/// RFC 8914 §4.20.
TEST_F(StaleTest, AStaleDenialSaysSo) {
  store(negative(www, 300, now));
  now += 300s;
  const auto answer = stale();
  ASSERT_NE(answer, nullptr);
  EXPECT_EQ(answer->rcode(), dns::Rcode::NXDOMAIN);
  EXPECT_EQ(answer->error()->code, dns::ExtendedError::stale_nxdomain_answer);
}

TEST_F(StaleTest, WhatIsFreshIsNotStale) {
  store(positive(www, 300, now));
  now += 300s - 1ms;
  EXPECT_FALSE(reader.look(key, now).stale);
  EXPECT_EQ(stale(), nullptr);
  now += 1ms;
  EXPECT_TRUE(reader.look(key, now).stale);
  EXPECT_NE(stale(), nullptr);
}

/// RFC 8767 §5: the maximum stale timer.
TEST_F(StaleTest, ADayAfterItExpiredItIsGone) {
  store(positive(www, 300, now));
  now += 300s + day - 1ms;
  EXPECT_NE(stale(), nullptr);
  now += 1ms;
  EXPECT_FALSE(reader.look(key, now).stale);
  EXPECT_EQ(stale(), nullptr);
}

TEST_F(StaleTest, WithoutALimitNothingIsStale) {
  AnswerCache strict(4 * MiB, 0s);
  AnswerCache::Reader its_reader(strict);
  strict.store(key, positive(www, 300, now), now);
  EXPECT_FALSE(its_reader.look(key, now + 300s).stale);
}

TEST_F(StaleTest, AFailureIsNeverServedStale) {
  store(failure(www, 0, now));
  now += 5s;
  EXPECT_FALSE(reader.look(key, now).stale);
}

TEST_F(StaleTest, ALinkOfAChainMayBeStale) {
  store(incomplete(www, 300, now));
  now += 300s;
  const auto answer = stale();
  ASSERT_NE(answer, nullptr);
  EXPECT_TRUE(answer->continues_at());
}

TEST_F(StaleTest, AFailureLeavesAloneWhatCanBeServedStale) {
  const std::vector<AnswerPtr> good = {incomplete(www, 300, now), negative(www, 300, now),
                                       positive(www, 300, now)};
  for (const auto& answer : good) {
    AnswerCache each(4 * MiB, day);
    AnswerCache::Reader its_reader(each);
    each.store(key, answer, now);
    each.store(key, failure(www, 0, now + 301s), now + 301s);
    EXPECT_TRUE(its_reader.look(key, now + 302s).stale);
    EXPECT_EQ(its_reader.failures(key), 0u);
  }
}

TEST_F(StaleTest, AFailureReplacesWhatIsTooOldToBeServed) {
  store(positive(www, 300, now));
  now += 300s + day;
  store(failure(www, 0, now));
  EXPECT_EQ(reader.failures(key), 1u);
}

TEST_F(StaleTest, AnyAnswerReplacesAStaleOne) {
  store(positive(www, 300, now, resolver::Channel::authenticated));
  now += 300s;
  store(negative(www, 300, now));
  EXPECT_EQ(fresh()->rcode(), dns::Rcode::NXDOMAIN);
}

TEST_F(StaleTest, ARefreshIsClaimedOnceInALifeAndLeavesTheHitsAlone) {
  store(positive(www, 300, now));
  {
    const AnswerCache::ReadGuard guard(reader);
    const auto entry = guard.find(key, now);
    EXPECT_TRUE(entry->claim_refresh());
    EXPECT_FALSE(entry->claim_refresh());
    EXPECT_EQ(entry->frequency(), 1u);
    for (int i = 0; i < 5; ++i) guard.find(key, now);
    EXPECT_EQ(entry->frequency(), 3u);
    EXPECT_FALSE(entry->claim_refresh());
  }
  store(positive(www, 300, now));
  const AnswerCache::ReadGuard guard(reader);
  EXPECT_TRUE(guard.find(key, now)->claim_refresh());
}

// ---- Room.

/// Many answers with different lifetimes in a cache of one shard; groups tell them apart.
class StaleRoomTest : public StaleTest {
 protected:
  void store_many(std::uint32_t ttl, std::size_t from, std::size_t to) {
    const auto answer = positive(www, ttl, now);
    for (auto group = from; group < to; ++group) cache.store(key_of(group), answer, now);
  }
  template <typename Found>
  static std::size_t count(std::size_t from, std::size_t to, Found&& found) {
    std::size_t sum = 0;
    for (auto group = from; group < to; ++group) sum += found(group);
    return sum;
  }
  std::size_t fresh_ones(std::size_t from, std::size_t to) {
    return count(from, to, [this](auto group) { return reader.lookup(key_of(group), now) != nullptr; });
  }
  std::size_t stale_ones(std::size_t from, std::size_t to) {
    return count(from, to, [this](auto group) { return reader.look(key_of(group), now).stale; });
  }
  Key key_of(std::size_t group) const { return {www, false, static_cast<std::uint16_t>(group)}; }
};

TEST_F(StaleRoomTest, WhileThereIsRoomWhatHasExpiredStays) {
  store_many(60, 0, 10'000);
  now += 60s;
  store_many(7200, 10'000, 20'000);
  ASSERT_LT(cache.statistics().bytes, 3 * MiB);
  EXPECT_EQ(stale_ones(0, 10'000), 10'000u);
}

TEST_F(StaleRoomTest, AfterADayItIsGivenBackWhileOthersAreStored) {
  store_many(60, 0, 20'000);
  const auto full = cache.statistics();
  now += 60s + day;
  store_many(7200, 20'000, 25'000);
  EXPECT_EQ(cache.statistics().entries, 5000u);
  EXPECT_LT(cache.statistics().bytes, full.bytes / 2);
}

TEST_F(StaleRoomTest, WhenRoomIsShortWhatLivesComesFirst) {
  store_many(60, 0, 20'000);
  now += 60s;
  for (std::size_t group = 20'000; group < 50'000; ++group) {
    store_many(7200, group, group + 1);
    ASSERT_LE(cache.statistics().bytes, 4 * MiB);
  }
  EXPECT_EQ(cache.statistics().evictions.fresh(), 0u);
  EXPECT_EQ(fresh_ones(20'000, 50'000), 30'000u);
}

TEST_F(StaleRoomTest, WhenRoomIsShortWhatWasAskedForStaysLonger) {
  store_many(60, 0, 20'000);
  EXPECT_EQ(fresh_ones(0, 2000), 2000u);
  now += 60s;
  store_many(7200, 20'000, 45'000);
  EXPECT_EQ(stale_ones(0, 2000), 2000u);
  EXPECT_LT(stale_ones(2000, 20'000), 18'000u);
}

}  // namespace
}  // namespace tributary::cache
