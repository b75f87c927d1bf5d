#include <fstream>
#include <random>
#include <string>

#include <unistd.h>

#include <gtest/gtest.h>

#include "cache/answer_cache.hpp"
#include "tests/unit/cache/answers.hpp"

namespace tributary::cache {
namespace {

using namespace std::chrono_literals;
using dns::testing::question;

constexpr std::size_t MiB = 1024 * 1024;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#elif defined(__has_feature)
constexpr bool sanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool sanitized = false;
#endif
/// What a sanitizer keeps of freed memory, and notes about the rest.
constexpr std::size_t kept_by_sanitizer = sanitized ? 32 * MiB : 0;

/// Octets of this process in memory that belong to no file (proc_pid_statm(5)).
std::size_t resident() {
  std::ifstream statm("/proc/self/statm");
  std::size_t size = 0, all = 0, shared = 0;
  statm >> size >> all >> shared;
  return (all - shared) * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

/// A TXT record; `name` keeps answers of different lifetimes apart.
AnswerPtr text_of(const std::string& name, std::size_t octets, std::uint32_t ttl, Instant now) {
  const auto asked = question(name, dns::Type::TXT);
  std::string line = name + " " + std::to_string(ttl) + " IN TXT";
  for (; octets > 250; octets -= 250) line += " \"" + std::string(249, 'x') + "\"";
  line += " \"" + std::string(octets, 'y') + "\"";
  return testing::judged(asked, dns::testing::reply_message(asked, dns::Rcode::NOERROR, {line}), now,
                         resolver::Channel::clear);
}

Key key(const AnswerPtr& answer, std::size_t group) {
  return {dns::MessageView::parse(answer->message())->question(), false, static_cast<std::uint16_t>(group)};
}

class FullCache : public ::testing::TestWithParam<std::size_t> {};

TEST_P(FullCache, TakesWhatItCountsAndStaysNearItsLimit) {
  const Instant now(1h);
  std::vector<AnswerPtr> answers;
  for (std::size_t i = 0; i < 64; ++i)
    answers.push_back(text_of("t" + std::to_string(i) + ".test.", i * i / 2, 3600, now));
  const auto limit = GetParam(), before = resident();
  AnswerCache cache(limit);
  std::mt19937 generator(7);
  const auto churn = [&](std::size_t octets) {
    for (std::size_t stored = 0; stored < octets;) {
      const auto& answer = answers[generator() % answers.size()];
      cache.store(key(answer, generator() % 65536), answer, now);
      stored += answer->message().size();
    }
  };
  churn(2 * limit);
  for (int round = 0; round < 20; ++round) {
    churn(limit / 20);
    const auto bytes = cache.statistics().bytes;
    ASSERT_LE(bytes, limit);
    ASSERT_GE(bytes, limit / 100 * 97);
  }
  // Beside the cache itself, what the loops above left in the allocator.
  const auto growth = resident() - before;
  EXPECT_LE(growth, limit / 100 * 115 + kept_by_sanitizer);
  EXPECT_GE(growth, limit / 100 * 90);
}

INSTANTIATE_TEST_SUITE_P(Sizes, FullCache, ::testing::Values(4 * MiB, 16 * MiB, 64 * MiB),
                         [](const auto& size) { return std::to_string(size.param / MiB) + "MiB"; });

/// A cache of one shard, and answers that live a minute or an hour.
class ReclaimTest : public ::testing::Test {
 protected:
  void store(const AnswerPtr& answer, std::size_t from, std::size_t to) {
    for (auto group = from; group < to; ++group) cache.store(key(answer, group), answer, now);
  }
  std::size_t found(const AnswerPtr& answer, std::size_t from, std::size_t to) {
    std::size_t count = 0;
    for (auto group = from; group < to; ++group) count += reader.lookup(key(answer, group), now) != nullptr;
    return count;
  }

  Instant now{1h};
  AnswerCache cache{4 * MiB};
  AnswerCache::Reader reader{cache};
  const AnswerPtr brief = text_of("brief.test.", 10, 60, now),
                  lasting = text_of("lasting.test.", 10, 7200, now);
};

TEST_F(ReclaimTest, WhatHasExpiredIsGivenBackWhileOthersAreStored) {
  store(brief, 0, 20'000);
  const auto full = cache.statistics();
  now += 60s;
  store(lasting, 0, 5000);
  const auto later = cache.statistics();
  EXPECT_EQ(later.entries, 5000u);
  EXPECT_LT(later.bytes, full.bytes / 2);
  EXPECT_EQ(later.evictions.fresh(), 0u);
  EXPECT_EQ(found(lasting, 0, 5000), 5000u);
}

TEST_F(ReclaimTest, WhatIsReplacedIsGivenBack) {
  store(lasting, 0, 2000);
  const auto once = cache.statistics();
  for (int i = 0; i < 40; ++i) store(lasting, 0, 2000);  // 40 times would not fit
  EXPECT_EQ(cache.statistics().entries, 2000u);
  EXPECT_LT(cache.statistics().bytes, 4 * once.bytes);
  EXPECT_EQ(cache.statistics().evictions.fresh(), 0u);
}

TEST_F(ReclaimTest, WhatHasExpiredGivesWayBeforeWhatLives) {
  for (std::size_t group = 0; group < 17'000; ++group) {  // side by side in every segment
    store(brief, group, group + 1);
    store(lasting, group, group + 1);
  }
  ASSERT_EQ(cache.statistics().evictions.fresh(), 0u);
  now += 60s;
  store(lasting, 17'000, 27'000);
  EXPECT_EQ(cache.statistics().evictions.fresh(), 0u);
  EXPECT_EQ(found(lasting, 0, 27'000), 27'000u);
}

TEST_F(ReclaimTest, FailuresAreCountedOnForAWhileAfterTheyHaveExpired) {
  const auto asked = question("broken.test.");
  const Key broken(asked, false, 0);
  cache.store(broken, testing::failure(asked, 2, now), now);
  now += 4min;
  store(lasting, 0, 20'000);
  EXPECT_EQ(reader.failures(broken), 3u);
  now += 7min;
  store(lasting, 20'000, 30'000);
  EXPECT_EQ(reader.failures(broken), 0u);
}

}  // namespace
}  // namespace tributary::cache
