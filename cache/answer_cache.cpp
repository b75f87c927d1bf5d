// Each shard is a list ordered by last use and a table into it. A look-up moves its slot to the front;
// storing puts a slot in front and drops slots from the back until the shard is within its part of the limit.

#include "cache/answer_cache.hpp"

#include <iterator>

namespace tributary::cache {
namespace {

/// What a slot costs besides its answer: two list pointers, the table's node and bucket, the shared_ptr's
/// counters, and the allocator's header for each of the four blocks.
constexpr std::size_t node_overhead = 2 * sizeof(void*) + 5 * sizeof(void*) + 16 + 4 * 16;

}  // namespace

AnswerCache::AnswerCache(std::size_t bytes) : shard_limit_(bytes / shard_count), shards_(shard_count) {}

Locked<AnswerCache::Shard>& AnswerCache::shard_of(std::string_view key) {
  // The table inside the shard uses the low bits of the same hash: take others.
  return shards_[(std::hash<std::string_view>{}(key) >> 32) % shard_count];
}

AnswerCache::Slot* AnswerCache::Shard::touch(std::string_view key) {
  const auto found = slots.find(key);
  if (found == slots.end()) return nullptr;
  by_use.splice(by_use.begin(), by_use, found->second);
  return &by_use.front();
}

void AnswerCache::Shard::put(std::string_view key, AnswerPtr answer) {
  Slot* slot = touch(key);
  if (slot == nullptr) {
    slot = &by_use.emplace_front(Slot{std::string(key), nullptr, 0});
    slots.emplace(slot->key, by_use.begin());
  }
  bytes -= slot->bytes;
  slot->bytes = sizeof(Slot) + slot->key.capacity() + node_overhead + answer->memory();
  slot->answer = std::move(answer);
  bytes += slot->bytes;
}

void AnswerCache::Shard::erase(std::list<Slot>::iterator slot) {
  bytes -= slot->bytes;
  slots.erase(slot->key);
  by_use.erase(slot);
}

void AnswerCache::Shard::evict_down_to(std::size_t limit) {
  for (; bytes > limit && !by_use.empty(); ++evictions) erase(std::prev(by_use.end()));
}

AnswerPtr AnswerCache::lookup(const Key& key, Instant now) {
  return shard_of(key.octets()).with([&](Shard& shard) -> AnswerPtr {
    const Slot* slot = shard.touch(key.octets());
    return slot != nullptr && slot->answer->fresh(now) ? slot->answer : nullptr;
  });
}

unsigned AnswerCache::failures(const Key& key) {
  return shard_of(key.octets()).with([&](Shard& shard) {
    const Slot* slot = shard.touch(key.octets());
    return slot != nullptr ? slot->answer->failures() : 0u;
  });
}

void AnswerCache::store(const Key& key, AnswerPtr answer, Instant now) {
  const bool kept = !answer->is_local() && answer->lifetime() >= shortest_kept;
  shard_of(key.octets()).with([&](Shard& shard) {
    const Slot* old = shard.touch(key.octets());
    if (old != nullptr && old->answer->fresh(now) && old->answer->rank() > answer->rank()) return;
    if (kept) {
      shard.put(key.octets(), std::move(answer));
      shard.evict_down_to(shard_limit_);
    } else if (old != nullptr && old->answer->failures() > 0) {
      shard.erase(shard.by_use.begin());  // where `touch` has put it: the row of failures is over
    }
  });
}

CacheStatistics AnswerCache::statistics() const {
  CacheStatistics sum;
  sum.limit = shard_limit_ * shard_count;
  for (const auto& each : shards_) {
    each.with([&sum](const Shard& shard) {
      sum.entries += shard.slots.size();
      sum.bytes += shard.bytes;
      sum.evictions += shard.evictions;
    });
  }
  return sum;
}

}  // namespace tributary::cache
