#pragma once

#include <cstddef>

#include "bench/cached_answers.hpp"
#include "bench/eviction/policies.hpp"

namespace tributary::eviction {

/// The answer cache itself, as an eviction rule: with its segments, and all its overhead.
///
/// It gets as many octets as `capacity` entries take alone, each with the slot that leads to it. So it has
/// fewer entries than the rules that are told to keep `capacity` of them.
class RealCache {
 public:
  explicit RealCache(std::size_t capacity) : cache_(capacity * octets_of_entry) {}

  bool request(Key number) {
    const auto asked = bench::key(number);
    if (const cache::AnswerCache::ReadGuard guard(reader_); guard.find(asked, bench::now)) return true;
    cache_.store(asked, bench::answer(number), bench::now);
    return false;
  }

  std::size_t entries() const { return cache_.statistics().entries; }

 private:
  static constexpr std::size_t octets_of_entry = 80 + sizeof(cache::Index::Slot);

  cache::AnswerCache cache_;
  cache::AnswerCache::Reader reader_{cache_};
};

}  // namespace tributary::eviction
