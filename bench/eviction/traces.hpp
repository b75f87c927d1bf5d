#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <random>
#include <vector>

#include "bench/eviction/policies.hpp"

/// Made-up traffic of a resolver's clients, the same for the same seed.
namespace tributary::eviction {

inline constexpr Key popular_names = 1'000'000;
inline constexpr std::size_t query_count = 3'000'000;

struct Traffic {
  const char* name;
  double zipf_exponent;
  bool flood = false;  ///< In the middle third, 60 % of the queries are for random subdomains.
  bool drift = false;  ///< What is popular changes; see `change_popularity`.
};

struct Trace {
  std::vector<Key> queries;
  Key keys = popular_names;  ///< All queries are below; those from `popular_names` on occur once or are newly
                             ///< popular.
};

/// The rank, from 0, of the name that is asked for: Zipf's law.
inline std::discrete_distribution<Key> zipf(double exponent) {
  std::vector<double> weights(popular_names);
  for (Key rank = 0; rank < popular_names; ++rank) weights[rank] = std::pow(rank + 1.0, -exponent);
  return {weights.begin(), weights.end()};
}

/// 2 % of the names swap places, and 100 new ones enter at the top, for which the last 100 leave.
inline void change_popularity(std::vector<Key>& ranking, Trace& trace, std::mt19937_64& random) {
  std::uniform_int_distribution<std::size_t> anywhere(0, ranking.size() - 1);
  for (std::size_t swaps = ranking.size() / 100; swaps > 0; --swaps)
    std::swap(ranking[anywhere(random)], ranking[anywhere(random)]);
  std::rotate(ranking.begin(), ranking.end() - 100, ranking.end());
  std::generate_n(ranking.begin(), 100, [&] { return trace.keys++; });
}

/// A quarter of the queries are for names that occur once, the others follow Zipf's law.
inline Trace make_trace(const Traffic& traffic, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  auto rank = zipf(traffic.zipf_exponent);
  std::bernoulli_distribution occurs_once(0.25), is_flood(0.6);
  std::vector<Key> ranking(popular_names);
  std::iota(ranking.begin(), ranking.end(), Key{0});

  Trace trace;
  trace.queries.reserve(query_count);
  for (std::size_t query = 0; query < query_count; ++query) {
    if (traffic.drift && query % 100'000 == 0) change_popularity(ranking, trace, random);
    const bool flooded = traffic.flood && query / (query_count / 3) == 1 && is_flood(random);
    trace.queries.push_back(flooded || occurs_once(random) ? trace.keys++ : ranking[rank(random)]);
  }
  return trace;
}

}  // namespace tributary::eviction
