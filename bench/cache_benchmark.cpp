// What the answer cache costs: time of a look-up and of a store, and memory of an entry, at several sizes.

#include <random>

#include <benchmark/benchmark.h>

#include "cache/answer_cache.hpp"
#include "dns/message_builder.hpp"
#include "resolver/strategy/judge.hpp"

namespace tributary {
namespace {

constexpr Instant now{std::chrono::hours(1)};

dns::Question question(std::size_t number) {
  const auto text = "n" + std::to_string(10'000'000 + number).substr(1) + ".bench.corp.";
  return {*dns::Name::parse(text), dns::Type::A, dns::Class::IN};
}

cache::Key key(std::size_t number) {
  return {question(number), false, 0};
}

/// One A record.
cache::AnswerPtr answer(std::size_t number) {
  const auto asked = question(number);
  dns::Header header;
  header.response = true;
  dns::MessageBuilder builder(header);
  builder.question(asked);
  static_cast<void>(
      builder.record(dns::Section::answer, {asked.name, dns::Type::A, dns::Class::IN, 3600, {192, 0, 2, 1}}));
  resolver::Reply reply;
  reply.message = builder.take();
  return resolver::Judge({std::chrono::hours(24), std::chrono::hours(1)})
      .judge({asked, false}, reply, now)
      .answer;
}

/// A cache of `entries` entries that has room for twice as many.
struct Filled {
  explicit Filled(std::size_t entries) : cache(entries * 256) {
    for (std::size_t i = 0; i < entries; ++i) cache.store(key(i), answer(i), now);
  }
  cache::AnswerCache cache;
};

/// In random order, keys made beforehand: at most 2^16 of them, so that their own memory does not weigh in.
void find(benchmark::State& state) {
  const auto entries = static_cast<std::size_t>(state.range(0));
  Filled filled(entries);
  cache::AnswerCache::Reader reader(filled.cache);
  std::mt19937 generator(1);
  std::vector<cache::Key> keys;
  for (std::size_t i = 0; i < std::min<std::size_t>(entries, 65536); ++i)
    keys.push_back(key(generator() % entries));
  std::size_t next = 0;
  for (auto _ : state) {
    const cache::AnswerCache::ReadGuard guard(reader);
    benchmark::DoNotOptimize(guard.find(keys[next], now));
    if (++next == keys.size()) next = 0;
  }
  const auto statistics = filled.cache.statistics();
  state.counters["bytes_per_entry"] =
      static_cast<double>(statistics.bytes) / static_cast<double>(statistics.entries);
}

/// New keys into a cache that soon is full: then every store evicts. 64 names under many groups make them.
void store(benchmark::State& state) {
  const auto entries = static_cast<std::size_t>(state.range(0));
  cache::AnswerCache cache(entries * 100);
  std::vector<dns::Question> questions;
  std::vector<cache::AnswerPtr> answers;
  for (std::size_t i = 0; i < 64; ++i) {
    questions.push_back(question(i));
    answers.push_back(answer(i));
  }
  std::size_t next = 0;
  for (auto _ : state) {
    const auto name = next / 65536 % questions.size();
    cache.store({questions[name], false, static_cast<std::uint16_t>(next)}, answers[name], now);
    ++next;
  }
  const auto statistics = cache.statistics();
  state.counters["entries"] = static_cast<double>(statistics.entries);
  state.counters["evictions"] = static_cast<double>(statistics.evictions);
}

BENCHMARK(find)->Arg(10'000)->Arg(1'000'000);
BENCHMARK(store)->Arg(10'000)->Arg(1'000'000);

}  // namespace
}  // namespace tributary
