// Compares eviction rules: how many queries of made-up traffic does a cache of a given size answer?
//
// Prints a Markdown table of hit ratios in per cent, over all queries from an empty cache on: the median of
// the seeds, and their range. docs/performance.md tells what follows from it.

#include <algorithm>
#include <array>
#include <cstdio>
#include <vector>

#include "bench/eviction/policies.hpp"
#include "bench/eviction/real_cache.hpp"
#include "bench/eviction/traces.hpp"

namespace tributary::eviction {
namespace {

constexpr std::size_t seeds = 5;
constexpr std::array cache_sizes{popular_names / 200, popular_names / 50, popular_names / 10};
constexpr std::array traffics{
    Traffic{.name = "a, Zipf 0.9", .zipf_exponent = 0.9},
    Traffic{.name = "a, Zipf 1.0", .zipf_exponent = 1.0},
    Traffic{.name = "b, Zipf 0.9, flood", .zipf_exponent = 0.9, .flood = true},
    Traffic{.name = "b, Zipf 1.0, flood", .zipf_exponent = 1.0, .flood = true},
    Traffic{.name = "c, Zipf 0.9, drift", .zipf_exponent = 0.9, .drift = true},
    Traffic{.name = "c, Zipf 1.0, drift", .zipf_exponent = 1.0, .drift = true},
};

/// Per cent.
template <class Policy>
double hit_ratio(const Trace& trace, Policy&& policy) {
  const auto hits = std::ranges::count_if(trace.queries, [&](Key key) { return policy.request(key); });
  return 100.0 * static_cast<double>(hits) / static_cast<double>(trace.queries.size());
}

struct Rule {
  const char* name;
  double (*hit_ratio)(const Trace& trace, std::size_t capacity);
};

// The first is what the others are compared with, the last is what follows from the one before.
constexpr std::array rules{
    Rule{"LRU", [](const Trace& trace,
                   std::size_t capacity) { return hit_ratio(trace, Lru(capacity, trace.keys)); }},
    Rule{"SIEVE", [](const Trace& trace,
                     std::size_t capacity) { return hit_ratio(trace, Sieve(capacity, trace.keys)); }},
    Rule{"S3-FIFO, 2 hits",
         [](const Trace& trace, std::size_t capacity) {
           return hit_ratio(trace, S3Fifo(capacity, trace.keys, 2));
         }},
    Rule{"S3-FIFO, 1 hit",
         [](const Trace& trace, std::size_t capacity) {
           return hit_ratio(trace, S3Fifo(capacity, trace.keys, 1));
         }},
    Rule{"the cache",
         [](const Trace& trace, std::size_t capacity) { return hit_ratio(trace, RealCache(capacity)); }},
};

using Samples = std::array<double, seeds>;
/// One for each rule, then what the last rule gains over the first, seed by seed.
using Row = std::array<Samples, rules.size() + 1>;

void print_header() {
  std::printf("| traffic | cache |");
  for (const Rule& rule : rules) std::printf(" %s |", rule.name);
  std::printf(" %s − %s |\n|---|--:|", rules.back().name, rules.front().name);
  for (std::size_t column = 0; column <= rules.size(); ++column) std::printf("--:|");
  std::printf("\n");
}

void print(const Traffic& traffic, std::size_t capacity, Row row) {
  std::printf("| %s | %.1f %% |", traffic.name, 100.0 * static_cast<double>(capacity) / popular_names);
  for (Samples& samples : row) {
    std::ranges::sort(samples);
    std::printf(" %.2f (%.2f–%.2f) |", samples[seeds / 2], samples.front(), samples.back());
  }
  std::printf("\n");
}

void compare(const Traffic& traffic) {
  std::array<Row, cache_sizes.size()> rows;
  for (std::size_t seed = 0; seed < seeds; ++seed) {
    const Trace trace = make_trace(traffic, seed);
    for (std::size_t size = 0; size < cache_sizes.size(); ++size) {
      Row& row = rows[size];
      for (std::size_t rule = 0; rule < rules.size(); ++rule)
        row[rule][seed] = rules[rule].hit_ratio(trace, cache_sizes[size]);
      row.back()[seed] = row[rules.size() - 1][seed] - row.front()[seed];
    }
  }
  for (std::size_t size = 0; size < cache_sizes.size(); ++size) print(traffic, cache_sizes[size], rows[size]);
}

}  // namespace
}  // namespace tributary::eviction

int main() {
  tributary::eviction::print_header();
  for (const auto& traffic : tributary::eviction::traffics) tributary::eviction::compare(traffic);
}
