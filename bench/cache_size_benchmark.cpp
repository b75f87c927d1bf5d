// What a look-up costs as the cache grows, beside what the memory alone costs.
//
// A look-up reads one thing after the other, each where the one before says: the shard, the header of its
// table, two buckets, two lines of the entry; then it marks the entry. `memory` does the same with nothing
// else, in as much memory. In both, a turn starts with what the one before has read: nothing overlaps, as on
// a CPU that does other work between two queries.

#include <sys/mman.h>

#include <array>
#include <memory>

#include <benchmark/benchmark.h>

#include "bench/cached_answers.hpp"

namespace tributary::bench {
namespace {

std::unique_ptr<cache::AnswerCache> filled;

/// `range(0)` entries, and room for half as many more. Stays as it is for the next run of the same size.
void fill(const benchmark::State& state) {
  const auto entries = static_cast<std::size_t>(state.range(0));
  if (filled && filled->statistics().entries == entries) return;
  filled = std::make_unique<cache::AnswerCache>(entries * 140 + (1 << 20));
  for (std::size_t i = 0; i < entries; ++i) filled->store(key(i), answer(i), now);
}

/// Numbers below a limit, as if at random; cheap.
class Numbers {
 public:
  explicit Numbers(std::size_t limit) : limit_(limit) {}
  /// `zero` must be 0: what the next number must wait for.
  std::size_t next(std::size_t zero) {
    state_ = (state_ + zero) * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::size_t>((state_ >> 32) * limit_ >> 32);
  }

 private:
  std::uint64_t state_ = 1;
  std::uint64_t limit_;
};

/// The question section for any of the names, without allocating.
class QuestionWire {
 public:
  explicit QuestionWire(std::size_t number) : octets_(first().begin(), first().end()) { set(number); }

  std::span<const std::uint8_t> set(std::size_t number) {
    number += 10'000'000;
    for (std::size_t digit = 9; digit > 1; --digit, number /= 10)
      octets_[digit] = static_cast<std::uint8_t>('0' + number % 10);
    return octets_;
  }

 private:
  static std::span<const std::uint8_t> first() {
    static const cache::Key zero = key(0);
    return zero.question();
  }
  std::vector<std::uint8_t> octets_;
};

void look_up(benchmark::State& state) {
  const auto entries = static_cast<std::size_t>(state.range(0));
  cache::AnswerCache::Reader reader(*filled);
  Numbers numbers(entries);
  QuestionWire question(0);
  std::size_t misses = 0;
  for (auto _ : state) {
    const cache::AnswerCache::ReadGuard guard(reader);
    const cache::Key asked(question.set(numbers.next(misses)), false, 0);
    if (!guard.find(asked, now)) ++misses;
  }
  if (misses != 0) state.SkipWithError("an entry is missing");
  const auto statistics = filled->statistics();
  state.counters["bytes_per_entry"] =
      static_cast<double>(statistics.bytes) / static_cast<double>(statistics.entries);
}

/// Making keys and nothing else.
void make_key(benchmark::State& state) {
  Numbers numbers(10'000'000);
  QuestionWire question(0);
  for (auto _ : state) benchmark::DoNotOptimize(cache::Key(question.set(numbers.next(0)), false, 0));
}

struct Line {
  std::array<std::size_t, 8> zeros;
};

/// Lines of zeros, of which each page is there; in huge pages, as far as the kernel has them, or in none.
class Lines {
 public:
  Lines(std::size_t octets, bool huge) : region_(octets + huge_page) {
    madvise(region_.bytes().data(), region_.bytes().size(), huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
    for (std::size_t at = 0; at < region_.bytes().size(); at += 4096)
      *static_cast<volatile std::byte*>(&region_.bytes()[at]) = std::byte{0};
  }
  Line& operator[](std::size_t number) { return reinterpret_cast<Line*>(region_.bytes().data())[number]; }

 private:
  static constexpr std::size_t huge_page = 2 << 20;
  cache::Region region_;
};

void memory(benchmark::State& state, bool huge) {
  const auto entries = static_cast<std::size_t>(state.range(0));
  const std::size_t shards = 1 + entries / 80'000, lines_of_shard = 16;
  const std::size_t buckets = entries * 12 / 64, lines_of_entries = entries * 80 / 64;
  Lines shard_lines(shards * lines_of_shard * 64, false);
  Lines index(buckets * 64, huge), entry_lines(lines_of_entries * 64, huge);
  Numbers any_shard(shards), any_bucket(buckets), any_entry(lines_of_entries - 1);
  std::size_t zero = 0;
  for (auto _ : state) {
    const auto shard = any_shard.next(zero) * lines_of_shard;
    const auto table = shard + 8 + shard_lines[shard].zeros[0];
    const auto bucket = any_bucket.next(shard_lines[table].zeros[0]);
    const auto entry = any_entry.next(index[bucket].zeros[0] + index[buckets - 1 - bucket].zeros[0]);
    zero = entry_lines[entry].zeros[0] + entry_lines[entry + 1].zeros[0];
    entry_lines[entry].zeros[1] = zero;
  }
  benchmark::DoNotOptimize(zero);
}

void memory_in_small_pages(benchmark::State& state) {
  memory(state, false);
}

void memory_in_huge_pages(benchmark::State& state) {
  memory(state, true);
}

void all_sizes(benchmark::internal::Benchmark* each) {
  for (const int entries : {10'000, 100'000, 1'000'000, 10'000'000}) each->Arg(entries);
}

BENCHMARK(make_key);
BENCHMARK(look_up)->Setup(fill)->Apply(all_sizes);
BENCHMARK(memory_in_small_pages)->Apply(all_sizes);
BENCHMARK(memory_in_huge_pages)->Apply(all_sizes);

}  // namespace
}  // namespace tributary::bench
