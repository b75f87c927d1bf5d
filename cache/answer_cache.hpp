#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <optional>

#include "base/locked.hpp"
#include "cache/shard_writer.hpp"

namespace tributary::cache {

struct CacheStatistics {
  std::size_t entries = 0, bytes = 0, limit = 0;
  Evictions evictions;
};

/// The answers of all workers: bounded in octets, all memory of entries and their index included. What is
/// asked for again stays; what is asked for once leaves first (S3-FIFO, shard_writer.cpp).
///
/// Thread-safe. A look-up takes no lock, waits for nobody and allocates nothing; storing takes the lock of
/// one shard. Entries never change: a look-up shows them where they stand, and they stay while its guard
/// lives.
class AnswerCache {
 public:
  /// Answers that live shorter than this are served but not kept.
  static constexpr std::chrono::seconds shortest_kept{5};

  class Reader;
  class ReadGuard;
  class Walk;  // cache/walk.hpp

  /// A key with its hash in this cache, to be looked up in steps.
  struct Wanted {
    Key key;
    std::uint64_t hash;
  };

  /// `bytes` is the limit, at least 64 KiB. The address space is reserved at once, memory is taken as it is
  /// needed. What has expired can be found as stale for `max_stale`, as far as there is room (RFC 8767 §5).
  /// Throws std::system_error if the kernel refuses.
  explicit AnswerCache(std::size_t bytes, Duration max_stale = Duration::zero(),
                       KeyedHash hash = KeyedHash::random());

  /// Keeps `answer`, and that it came `from` there, unless it is local, lives too short, is larger than a
  /// segment (a 128th of its shard, at most 64 KiB), an entry of higher rank is still fresh at `now`, or it
  /// is a failure where an entry can be served stale. Kept or not, it ends a row of failures unless it is
  /// one. Requires: the question of `answer` is that of `key`; what is not is not kept.
  void store(const Key& key, const AnswerPtr& answer, Instant now, UpstreamPlace from = UpstreamPlace::none);

  /// Keeps an answer of former times, expired or not, on the same terms, where nothing is known but that
  /// asking failed: never in the place of an answer. True if it is kept.
  bool restore(const Key& key, const AnswerPtr& answer, Instant now, UpstreamPlace from);

  /// Takes out what is there unless its rank is above `rank`.
  void drop(const Key& key, Rank rank);

  /// Takes out everything. Slow: it passes over all entries, a shard at a time.
  void clear();

  /// Takes out all that is unwanted, fresh or not; how many entries. Looks at every entry, a few thousand
  /// under one lock of their shard: for what operators ask for. `unwanted` is quick, and does not use the
  /// cache.
  std::size_t drop_if(const std::function<bool(const EntryView&)>& unwanted);

  CacheStatistics statistics() const;
  Duration max_stale() const { return max_stale_; }

 private:
  struct Shard {
    Shard(Segments segments, std::size_t limit, Duration max_stale, Epochs& epochs, const KeyedHash& hash)
        : memory(segments.memory()),
          index(index_parts(limit)),
          writer(ShardWriter(std::move(segments), limit, max_stale, index, epochs, hash)) {}

    std::byte* memory;
    PartedIndex index;
    Locked<ShardWriter> writer;
  };

  static std::size_t index_parts(std::size_t shard_limit);
  std::uint64_t hash(const Key& key) const { return hash_(key.question(), key.scope()); }
  Shard& shard_of(std::uint64_t hash) { return shards_[(hash >> 32) & (shards_.size() - 1)]; }
  const Shard& shard_of(std::uint64_t hash) const { return shards_[(hash >> 32) & (shards_.size() - 1)]; }

  KeyedHash hash_;
  Duration max_stale_;
  Region region_;
  std::size_t shard_limit_;
  Epochs epochs_;
  std::deque<Shard> shards_;
};

/// The right of one thread at a time to look into the cache, kept for many look-ups. The cache outlives it.
class AnswerCache::Reader {
 public:
  explicit Reader(AnswerCache& cache) : cache_(cache), place_(cache.epochs_) {}

  /// A copy of the answer that is still fresh at `now`, or null. No guard of this reader may live.
  AnswerPtr lookup(const Key& key, Instant now);
  /// A copy of the answer that is still fresh at `now`, or null; and whether there is a stale one, which does
  /// not count as its use. No guard of this reader may live.
  struct Found {
    AnswerPtr fresh;
    bool stale = false;
  };
  Found look(const Key& key, Instant now);
  /// The stale answer (EntryView::stale_answer), or null. No guard of this reader may live.
  AnswerPtr lookup_stale(const Key& key, Instant now);
  /// How often in a row resolving `key` has failed, as far as remembered; 0 if the last attempt brought an
  /// answer. No guard of this reader may live.
  unsigned failures(const Key& key);

 private:
  friend class ReadGuard;

  AnswerCache& cache_;
  Epochs::Reader place_;
};

/// While it lives, what it found stays as it is. For a moment: memory that is seen through a guard cannot be
/// reused. A reader has one guard at a time.
class AnswerCache::ReadGuard {
 public:
  explicit ReadGuard(Reader& reader) : reader_(reader) { reader_.place_.enter(); }
  ~ReadGuard() { reader_.place_.leave(); }
  ReadGuard(const ReadGuard&) = delete;
  ReadGuard& operator=(const ReadGuard&) = delete;

  /// Begins a look-up: has the processor fetch the place in the index. Of several look-ups, begin all, then
  /// `fetch_entry` for all, then `find`: their waits for memory pass together.
  Wanted want(const Key& key) const;
  /// Has the processor fetch what is probably the entry.
  void fetch_entry(const Wanted& wanted) const;

  /// The entry that is still fresh at `now`; it counts as used.
  std::optional<EntryView> find(const Wanted& wanted, Instant now) const;
  std::optional<EntryView> find(const Key& key, Instant now) const { return find(hashed(key), now); }
  /// The entry that has expired, but may be served for want of a better one; it counts as used. Failures
  /// never may. A chain without its end may: what it leads to is to be asked for, as ever.
  std::optional<EntryView> find_stale(const Key& key, Instant now) const;
  /// The entry, fresh or not; does not count as use.
  std::optional<EntryView> peek(const Key& key) const { return peek(hashed(key)); }

 private:
  Wanted hashed(const Key& key) const { return {key, reader_.cache_.hash(key)}; }
  std::optional<EntryView> peek(const Wanted& wanted) const;

  Reader& reader_;
};

}  // namespace tributary::cache
