#include "cache/answer_cache.hpp"

#include <algorithm>
#include <bit>

namespace tributary::cache {
namespace {

constexpr std::size_t shard_target = 8 << 20;  // octets
constexpr std::size_t most_shards = 1024;
constexpr std::size_t index_part_target = 512 << 10;  // octets of entries and index
constexpr std::size_t smallest_segment = 4096, largest_segment = 65536;
constexpr std::size_t segments_of_shard = 128;

std::size_t shard_count(std::size_t bytes) {
  return std::bit_floor(std::clamp<std::size_t>(bytes / shard_target, 1, most_shards));
}

/// A segment is what a shard grows and shrinks by: small enough to come close to the limit.
std::size_t segment_size(std::size_t shard_bytes) {
  return std::bit_floor(std::clamp(shard_bytes / segments_of_shard, smallest_segment, largest_segment));
}

}  // namespace

std::size_t AnswerCache::index_parts(std::size_t shard_limit) {
  return std::bit_floor(std::max<std::size_t>(shard_limit / index_part_target, 1));
}

AnswerCache::AnswerCache(std::size_t bytes, Duration max_stale, KeyedHash hash)
    : hash_(hash), max_stale_(max_stale), region_(bytes), shard_limit_(bytes / shard_count(bytes)) {
  const auto segment = segment_size(shard_limit_);
  const auto memory = shard_limit_ / segment * segment;
  for (std::size_t i = 0; i < shard_count(bytes); ++i) {
    const Segments segments(region_.bytes().subspan(i * memory, memory), segment);
    shards_.emplace_back(segments, shard_limit_, max_stale_, epochs_, hash_);
  }
}

void AnswerCache::store(const Key& key, const AnswerPtr& answer, Instant now, UpstreamPlace from) {
  const bool wanted = !answer->is_local() && answer->lifetime() >= shortest_kept;
  const auto hashed = hash(key);
  shard_of(hashed).writer.with([&](ShardWriter& writer) {
    writer.store(key, Index::tag_of(hashed), {*answer, from, wanted}, now);
  });
}

bool AnswerCache::restore(const Key& key, const AnswerPtr& answer, Instant now, UpstreamPlace from) {
  if (answer->is_local() || answer->lifetime() < shortest_kept) return false;
  const auto hashed = hash(key);
  return shard_of(hashed).writer.with([&](ShardWriter& writer) {
    return writer.restore(key, Index::tag_of(hashed), {*answer, from, true}, now);
  });
}

void AnswerCache::drop(const Key& key, Rank rank) {
  const auto hashed = hash(key);
  shard_of(hashed).writer.with([&](ShardWriter& writer) { writer.drop(key, Index::tag_of(hashed), rank); });
}

void AnswerCache::clear() {
  for (auto& shard : shards_) shard.writer.with([](ShardWriter& writer) { writer.clear(); });
}

std::size_t AnswerCache::drop_if(const std::function<bool(const EntryView&)>& unwanted) {
  std::size_t dropped = 0;
  for (auto& shard : shards_) {
    for (std::size_t part = 0; part < shard.index.parts(); ++part) {
      dropped += shard.writer.with([&](ShardWriter& writer) { return writer.drop_if(part, unwanted); });
    }
  }
  return dropped;
}

CacheStatistics AnswerCache::statistics() const {
  CacheStatistics sum;
  sum.limit = shard_limit_ * shards_.size();
  for (const auto& shard : shards_) {
    shard.writer.with([&sum](const ShardWriter& writer) {
      sum.entries += writer.entries();
      sum.bytes += writer.bytes();
      sum.evictions += writer.evictions();
    });
  }
  return sum;
}

AnswerPtr AnswerCache::Reader::lookup(const Key& key, Instant now) {
  const ReadGuard guard(*this);
  const auto entry = guard.find(key, now);
  return entry ? entry->answer() : nullptr;
}

AnswerCache::Reader::Found AnswerCache::Reader::look(const Key& key, Instant now) {
  const ReadGuard guard(*this);
  const auto entry = guard.peek(key);
  if (!entry) return {};
  if (!entry->fresh(now)) return {nullptr, entry->stale(now, cache_.max_stale_)};
  entry->mark_hit();
  return {entry->answer()};
}

AnswerPtr AnswerCache::Reader::lookup_stale(const Key& key, Instant now) {
  const ReadGuard guard(*this);
  const auto entry = guard.find_stale(key, now);
  return entry ? entry->stale_answer(now) : nullptr;
}

unsigned AnswerCache::Reader::failures(const Key& key) {
  const ReadGuard guard(*this);
  const auto entry = guard.peek(key);
  return entry ? entry->failures() : 0;
}

AnswerCache::Wanted AnswerCache::ReadGuard::want(const Key& key) const {
  const auto wanted = hashed(key);
  const auto tag = Index::tag_of(wanted.hash);
  reader_.cache_.shard_of(wanted.hash).index.of(tag).fetch(tag);
  return wanted;
}

void AnswerCache::ReadGuard::fetch_entry(const Wanted& wanted) const {
  const Shard& shard = reader_.cache_.shard_of(wanted.hash);
  const auto tag = Index::tag_of(wanted.hash);
  shard.index.of(tag).find(tag, [&shard](Position candidate) {
    const auto* place = place_of(shard.memory, candidate);
    __builtin_prefetch(place);
    __builtin_prefetch(place + 64);
    return true;
  });
}

std::optional<EntryView> AnswerCache::ReadGuard::peek(const Wanted& wanted) const {
  const Shard& shard = reader_.cache_.shard_of(wanted.hash);
  const auto view = [&shard](Position position) {
    return EntryView(*reinterpret_cast<const EntryHeader*>(place_of(shard.memory, position)));
  };
  const auto tag = Index::tag_of(wanted.hash);
  const auto position = shard.index.of(tag).find(
      tag, [&](Position candidate) { return view(candidate).belongs_to(wanted.key); });
  return position != 0 ? std::optional(view(position)) : std::nullopt;
}

std::optional<EntryView> AnswerCache::ReadGuard::find(const Wanted& wanted, Instant now) const {
  const auto entry = peek(wanted);
  if (!entry || !entry->fresh(now)) return {};
  entry->mark_hit();
  return entry;
}

std::optional<EntryView> AnswerCache::ReadGuard::find_stale(const Key& key, Instant now) const {
  const auto entry = peek(key);
  if (!entry || !entry->stale(now, reader_.cache_.max_stale_)) return {};
  entry->mark_hit();
  return entry;
}

}  // namespace tributary::cache
