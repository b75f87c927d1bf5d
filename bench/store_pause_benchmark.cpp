// The longest of many stores of new keys: index growth, segment passes and cleaning are in it. Times are of
// this thread alone, so that a busy machine hardly counts.

#include <time.h>

#include <algorithm>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench/cached_answers.hpp"

namespace tributary::bench {
namespace {

std::chrono::nanoseconds thread_time() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

/// Seconds that storing `entries` new keys takes, each, ascending.
std::vector<double> store_all(cache::AnswerCache& cache, std::size_t entries) {
  constexpr std::size_t groups = 65536;  // a few names under many groups make many keys
  std::vector<double> pauses;
  cache::AnswerPtr content;
  for (std::size_t i = 0; i < entries; ++i) {
    const auto asked = question(i / groups);
    if (i % groups == 0) content = answer(asked);
    const cache::Key new_key(asked, false, static_cast<std::uint16_t>(i % groups));
    const auto start = thread_time();
    cache.store(new_key, content, now);
    pauses.push_back(std::chrono::duration<double>(thread_time() - start).count());
  }
  std::ranges::sort(pauses);
  return pauses;
}

/// `range(0)` entries into a cache of `range(1)` octets for each.
void store_pause(benchmark::State& state) {
  const auto entries = static_cast<std::size_t>(state.range(0));
  cache::AnswerCache cache(entries * static_cast<std::size_t>(state.range(1)));
  std::vector<double> pauses;
  for (auto _ : state) pauses = store_all(cache, entries);
  state.counters["p50"] = pauses[entries / 2];
  state.counters["p99"] = pauses[entries / 100 * 99];
  state.counters["p999"] = pauses[entries / 1000 * 999];
  state.counters["longest"] = pauses.back();
  state.counters["evictions"] = static_cast<double>(cache.statistics().evictions.fresh());
}

BENCHMARK(store_pause)->Args({10'000'000, 110})->Args({10'000'000, 20})->Iterations(1);

}  // namespace
}  // namespace tributary::bench
