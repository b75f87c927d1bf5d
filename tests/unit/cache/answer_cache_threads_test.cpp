#include "cache/answer_cache.hpp"

#include <atomic>
#include <random>
#include <thread>

#include <gtest/gtest.h>

#include "tests/unit/cache/answers.hpp"

namespace tributary::cache {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t names = 200;
constexpr Instant now{1h};

Key key(const dns::Question& asked) {
  return {asked, false, false, 0};
}

/// Stores and looks up at random; counts what is found, and what is found under a name that is not its own.
void use(AnswerCache& cache, const std::vector<dns::Question>& questions, unsigned seed,
         std::atomic<int>& found, std::atomic<int>& wrong) {
  std::mt19937 generator(seed);
  for (int i = 0; i < 3000; ++i) {
    const auto& asked = questions[generator() % questions.size()];
    if (generator() % 4 == 0) cache.store(key(asked), testing::positive(asked, 300, now), now);
    if (cache.failures(key(asked)) > 0) ++wrong;
    const auto answer = cache.lookup(key(asked), now);
    if (!answer) continue;
    ++found;
    if (dns::MessageView::parse(answer->message())->question() != asked) ++wrong;
  }
}

TEST(AnswerCacheThreads, ShareOneSmallCache) {
  std::vector<dns::Question> questions;
  for (std::size_t i = 0; i < names; ++i)
    questions.push_back(dns::testing::question("n" + std::to_string(i) + ".test."));
  AnswerCache cache(128 * 1024);  // room for some only: entries are evicted while others hold them
  std::atomic<int> found{0}, wrong{0};
  {
    std::vector<std::jthread> threads;
    for (unsigned seed = 0; seed < 4; ++seed) {
      threads.emplace_back([&, seed] { use(cache, questions, seed, found, wrong); });
    }
    threads.emplace_back([&cache, &wrong] {
      for (int i = 0; i < 500; ++i) {
        const auto statistics = cache.statistics();
        if (statistics.bytes > statistics.limit) ++wrong;
      }
    });
  }
  EXPECT_GT(found, 0);
  EXPECT_EQ(wrong, 0);
  EXPECT_GT(cache.statistics().evictions, 0u);
}

}  // namespace
}  // namespace tributary::cache
