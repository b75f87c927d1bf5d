#include "cache/answer_cache.hpp"

#include <gtest/gtest.h>

#include "tests/unit/cache/answers.hpp"

namespace tributary::cache {
namespace {

using namespace std::chrono_literals;

dns::Question question(int number, dns::Type type = dns::Type::A) {
  return {*dns::Name::parse("n" + std::to_string(number) + ".test"), type, dns::Class::IN};
}

TEST(DropIf, TakesOutWhatIsUnwantedAndNothingElse) {
  AnswerCache cache(64 << 20);  // several shards, several parts of the index each
  AnswerCache::Reader reader(cache);
  const Instant now(1h);
  constexpr int all = 3000;
  for (int i = 0; i < all; ++i)
    cache.store(Key(question(i), false, 0), testing::positive(question(i), 300, now), now);
  ASSERT_EQ(cache.statistics().entries, static_cast<std::size_t>(all));
  const auto is_odd = [](const EntryView& entry) {
    return entry.question()[entry.question().front()] % 2 == 1;
  };
  EXPECT_EQ(cache.drop_if(is_odd), static_cast<std::size_t>(all / 2));
  EXPECT_EQ(cache.statistics().entries, static_cast<std::size_t>(all / 2));
  for (int i = 0; i < all; ++i)
    EXPECT_EQ(reader.lookup(Key(question(i), false, 0), now) != nullptr, i % 2 == 0) << i;
  EXPECT_EQ(cache.drop_if(is_odd), 0u);
}

TEST(DropIf, WhatWasDroppedCanBeStoredAgain) {
  AnswerCache cache(1 << 20);
  AnswerCache::Reader reader(cache);
  const Instant now(1h);
  const Key key(question(1), false, 0);
  cache.store(key, testing::positive(question(1), 300, now), now);
  EXPECT_EQ(cache.drop_if([](const EntryView&) { return true; }), 1u);
  EXPECT_EQ(reader.lookup(key, now), nullptr);
  cache.store(key, testing::positive(question(1), 300, now), now);
  EXPECT_NE(reader.lookup(key, now), nullptr);
}

}  // namespace
}  // namespace tributary::cache
