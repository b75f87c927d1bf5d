#include <atomic>
#include <random>
#include <thread>

#include <gtest/gtest.h>

#include "cache/answer_cache.hpp"
#include "tests/unit/cache/answers.hpp"

namespace tributary::cache {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t names = 200, groups = 30, hot_groups = 3;
constexpr Instant now{1h};

/// Each name's answer holds an address that follows from the name.
class AnswerCacheThreads : public ::testing::Test {
 protected:
  AnswerCacheThreads() {
    for (std::size_t i = 0; i < names; ++i) {
      const auto asked = dns::testing::question("n" + std::to_string(i) + ".test.");
      const auto line = asked.name.to_text() + " 300 IN A 192.0.2." + std::to_string(i);
      questions.push_back(asked);
      answers.push_back(testing::judged(asked,
                                        dns::testing::reply_message(asked, dns::Rcode::NOERROR, {line}), now,
                                        resolver::Channel::clear));
    }
  }

  Key key(std::size_t name, std::size_t group) const {
    return {questions[name], false, static_cast<std::uint16_t>(group)};
  }
  bool right(const EntryView& entry, std::size_t name) const {
    return std::ranges::equal(entry.message().subspan(4), std::span(answers[name]->message()).subspan(4)) &&
           std::ranges::equal(entry.ttl_offsets(), answers[name]->ttl_offsets());
  }

  void store_at_random(unsigned seed, int times) {
    std::mt19937 generator(seed);
    for (int i = 0; i < times; ++i) {
      const auto name = generator() % names;
      cache.store(key(name, generator() % groups), answers[name], now);
    }
  }

  void look_up_until_done(unsigned seed) {
    AnswerCache::Reader reader(cache);
    std::mt19937 generator(seed);
    while (!done) {
      const auto name = generator() % names;
      const AnswerCache::ReadGuard guard(reader);
      const auto entry = guard.find(key(name, generator() % hot_groups), now);
      if (!entry) continue;
      ++found;
      if (!right(*entry, name)) ++wrong;
    }
  }

  std::vector<dns::Question> questions;
  std::vector<AnswerPtr> answers;
  AnswerCache cache{128 * 1024};  // room for some only: entries are evicted while others look at them
  std::atomic<bool> done{false};
  std::atomic<int> found{0}, wrong{0};
};

TEST_F(AnswerCacheThreads, ReadersSeeWholeEntriesWhileOthersStoreAndEvict) {
  {
    std::vector<std::jthread> readers;
    for (unsigned seed = 0; seed < 3; ++seed)
      readers.emplace_back([this, seed] { look_up_until_done(seed); });
    readers.emplace_back([this] {
      while (!done) {
        const auto statistics = cache.statistics();
        if (statistics.bytes > statistics.limit) ++wrong;
      }
    });
    {
      std::vector<std::jthread> writers;
      for (unsigned seed = 10; seed < 12; ++seed)
        writers.emplace_back([this, seed] { store_at_random(seed, 20'000); });
    }
    for (unsigned seed = 20; found == 0 || cache.statistics().evictions.fresh() == 0; ++seed)
      store_at_random(seed, 100);
    done = true;
  }
  EXPECT_EQ(wrong, 0);
}

TEST_F(AnswerCacheThreads, AViewStaysIntactWhileTheCacheIsOverwritten) {
  cache.store(key(0, 0), answers[0], now);
  AnswerCache::Reader reader(cache);
  const AnswerCache::ReadGuard guard(reader);
  const auto entry = guard.find(key(0, 0), now);
  ASSERT_TRUE(entry);
  {
    std::jthread reading([this] { look_up_until_done(1); });
    {
      std::jthread one([this] { store_at_random(2, 20'000); });
      std::jthread other([this] { store_at_random(3, 20'000); });
      for (int i = 0; i < 1000; ++i) wrong += !right(*entry, 0);
    }
    done = true;
  }
  EXPECT_TRUE(right(*entry, 0));
  EXPECT_EQ(wrong, 0);
}

TEST_F(AnswerCacheThreads, ReadersComeAndGo) {
  std::vector<std::jthread> threads;
  threads.emplace_back([this] { store_at_random(1, 10'000); });
  for (std::size_t thread = 0; thread < 3; ++thread) {
    threads.emplace_back([this, thread] {
      for (std::size_t i = 0; i < 300; ++i) {
        AnswerCache::Reader reader(cache);
        const auto answer = reader.lookup(key(i % names, thread), now);
        if (answer && !std::ranges::equal(answer->message(), answers[i % names]->message())) ++wrong;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace tributary::cache
