// What the answer cache costs: time of look-ups and stores, and memory of an entry, at several sizes.

#include <memory>
#include <random>

#include <benchmark/benchmark.h>

#include "bench/cached_answers.hpp"

namespace tributary::bench {
namespace {

/// The cache that all threads of a benchmark look into.
std::unique_ptr<cache::AnswerCache> filled;

/// `range(0)` entries, and room for twice as many. Stays as it is for the next run of the same size.
void fill(const benchmark::State& state) {
  const auto entries = static_cast<std::size_t>(state.range(0));
  if (filled && filled->statistics().entries == entries) return;
  filled = std::make_unique<cache::AnswerCache>(entries * 256);
  for (std::size_t i = 0; i < entries; ++i) filled->store(key(i), answer(i), now);
}

/// In random order, keys from `first` on made beforehand: at most 2^16 of them, so that their own memory does
/// not weigh in.
void find(benchmark::State& state, std::size_t first) {
  const auto entries = static_cast<std::size_t>(state.range(0));
  cache::AnswerCache::Reader reader(*filled);
  std::mt19937 generator(static_cast<unsigned>(state.thread_index()));
  std::vector<cache::Key> keys;
  for (std::size_t i = 0; i < std::min<std::size_t>(entries, 65536); ++i)
    keys.push_back(key(first + generator() % entries));
  std::size_t next = 0;
  for (auto _ : state) {
    const cache::AnswerCache::ReadGuard guard(reader);
    benchmark::DoNotOptimize(guard.find(keys[next], now));
    if (++next == keys.size()) next = 0;
  }
}

void find_hit(benchmark::State& state) {
  find(state, 0);
  const auto statistics = filled->statistics();
  state.counters["bytes_per_entry"] =
      benchmark::Counter(static_cast<double>(statistics.bytes) / static_cast<double>(statistics.entries),
                         benchmark::Counter::kAvgThreads);
}

void find_miss(benchmark::State& state) {
  find(state, static_cast<std::size_t>(state.range(0)));
}

/// Keys that are not there yet, without end: 64 names under many groups.
class NewKeys {
 public:
  NewKeys() {
    for (std::size_t i = 0; i < names; ++i) {
      questions_.push_back(question(i));
      answers_.push_back(answer(i));
    }
  }

  void store_next(cache::AnswerCache& cache) {
    const auto name = next_ / 65536 % names;
    cache.store({questions_[name], false, static_cast<std::uint16_t>(next_)}, answers_[name], now);
    ++next_;
  }

 private:
  static constexpr std::size_t names = 64;
  std::vector<dns::Question> questions_;
  std::vector<cache::AnswerPtr> answers_;
  std::size_t next_ = 0;
};

/// Into a cache with room for all: the index grows several times.
void store(benchmark::State& state) {
  cache::AnswerCache cache(static_cast<std::size_t>(state.max_iterations) * 256);
  NewKeys keys;
  for (auto _ : state) keys.store_next(cache);
  if (cache.statistics().evictions.fresh() != 0) state.SkipWithError("has evicted");
}

/// Into a full cache of about `range(0)` entries: each store evicts.
void evict(benchmark::State& state) {
  const auto entries = static_cast<std::size_t>(state.range(0));
  cache::AnswerCache cache(entries * 100);
  NewKeys keys;
  while (cache.statistics().evictions.fresh() == 0)
    for (std::size_t i = 0; i < entries / 10; ++i) keys.store_next(cache);
  for (auto _ : state) keys.store_next(cache);
  const auto statistics = cache.statistics();
  state.counters["entries"] = static_cast<double>(statistics.entries);
  state.counters["evictions"] = static_cast<double>(statistics.evictions.fresh());
}

BENCHMARK(find_hit)->Arg(10'000)->Arg(1'000'000)->Setup(fill)->Threads(1)->Threads(2);
BENCHMARK(find_miss)->Arg(10'000)->Arg(1'000'000)->Setup(fill)->Threads(1)->Threads(2);
BENCHMARK(store)->Iterations(1'000'000);
BENCHMARK(evict)->Arg(10'000)->Arg(1'000'000);

}  // namespace
}  // namespace tributary::bench
