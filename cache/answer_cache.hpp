#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/locked.hpp"
#include "cache/answer.hpp"
#include "cache/key.hpp"

namespace tributary::cache {

struct CacheStatistics {
  std::size_t entries = 0, bytes = 0, limit = 0;
  std::uint64_t evictions = 0;
};

/// The answers of all workers: bounded in octets, the least recently used leave first.
///
/// Thread-safe. Sharded by key, one short lock a shard; nothing is called while a lock is held.
class AnswerCache {
 public:
  /// Answers that live shorter than this are served but not kept.
  static constexpr std::chrono::seconds shortest_kept{5};

  /// `bytes` bounds what entries take, their keys and the tables' nodes included.
  explicit AnswerCache(std::size_t bytes);

  /// The answer that is still fresh at `now`, or null.
  AnswerPtr lookup(const Key& key, Instant now);

  /// How often in a row resolving `key` has failed, as far as remembered; 0 if the last attempt brought an
  /// answer.
  unsigned failures(const Key& key);

  /// Keeps `answer` unless it is local, lives too short, or an entry of higher rank is still fresh at `now`.
  /// Kept or not, it ends a row of failures unless it is one.
  void store(const Key& key, AnswerPtr answer, Instant now);

  CacheStatistics statistics() const;

 private:
  struct Slot {
    std::string key;
    AnswerPtr answer;
    std::size_t bytes = 0;
  };

  struct Shard {
    std::list<Slot> by_use;                                                 // the most recently used first
    std::unordered_map<std::string_view, std::list<Slot>::iterator> slots;  // keys live in the list
    std::size_t bytes = 0;
    std::uint64_t evictions = 0;

    Slot* touch(std::string_view key);
    void put(std::string_view key, AnswerPtr answer);
    void erase(std::list<Slot>::iterator slot);
    void evict_down_to(std::size_t limit);
  };

  static constexpr std::size_t shard_count = 64;

  Locked<Shard>& shard_of(std::string_view key);

  std::size_t shard_limit_;
  std::vector<Locked<Shard>> shards_;
};

}  // namespace tributary::cache
