#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "cache/entry.hpp"
#include "cache/epochs.hpp"
#include "cache/index.hpp"
#include "cache/keyed_hash.hpp"
#include "cache/segments.hpp"

namespace tributary::cache {

/// How many entries have left though nothing took their place, by reason.
struct Evictions {
  std::uint64_t once = 0;     ///< Fresh, for want of room: never asked for again.
  std::uint64_t unused = 0;   ///< The same: once asked for again, but not lately.
  std::uint64_t forced = 0;   ///< The same: asked for lately, but room was needed at once.
  std::uint64_t expired = 0;  ///< Too old to be served, even as stale; or stale, for want of room.

  std::uint64_t fresh() const { return once + unused + forced; }
  Evictions& operator+=(const Evictions& other) {
    once += other.once;
    unused += other.unused;
    forced += other.forced;
    expired += other.expired;
    return *this;
  }
};

/// What changes one shard of the cache: storing, evicting, and giving up what has expired. One thread at a
/// time; readers go on meanwhile.
class ShardWriter {
 public:
  /// Segments and index together never take more than `limit` octets. What has expired is kept for
  /// `max_stale`, while there is room. References outlive this object.
  ShardWriter(Segments segments, std::size_t limit, Duration max_stale, PartedIndex& index, Epochs& epochs,
              const KeyedHash& hash);

  struct Offer {
    const Answer& answer;
    UpstreamPlace from;
    bool wanted;  ///< Else it is not kept, but ends a row of failures.
  };

  /// Puts the answer in the place of what is there, unless that is fresh and of higher rank, or the answer is
  /// a failure and it can be served stale.
  void store(const Key& key, Index::Tag tag, const Offer& offer, Instant now);

  /// Keeps the answer where nothing is, or a failure; true if it does.
  bool restore(const Key& key, Index::Tag tag, const Offer& offer, Instant now);

  /// Takes out what is there unless its rank is above `rank`.
  void drop(const Key& key, Index::Tag tag, Rank rank);

  /// Takes out everything.
  void clear();

  /// Takes out what is unwanted of one part of the index; how many entries.
  std::size_t drop_if(std::size_t part, const std::function<bool(const EntryView&)>& unwanted);

  std::size_t entries() const { return index_.entries(); }
  /// Octets of segments and index, those included that wait until their last reader has left.
  std::size_t bytes() const;
  const Evictions& evictions() const { return evictions_; }

 private:
  /// Out of sight since `epoch`; reused when its last reader has left.
  struct Retired {
    Epochs::Epoch epoch;
    std::optional<Segments::Number> segment;
    std::unique_ptr<Index::Table> table;
  };

  /// Where the index leads to an entry; no slot if it has been replaced.
  struct Place {
    Index& index;
    Index::Slot* slot;
  };

  EntryView at(Position position) const;
  Position find(const Key& key, Index::Tag tag) const;
  Place place_in_index(Position position) const;
  void erase(const Key& key, Index::Tag tag);
  /// In the place of `old`, if that is not 0. False if there is no room for it.
  bool keep(const Key& key, Index::Tag tag, const Offer& offer, Position old, Instant now);
  bool belongs_in_main(Index::Tag tag, Position old) const;

  /// Room for `size` octets at the end of `log`; 0 if there is none.
  Position append(Log& log, std::size_t size, Instant now);
  void open(Log& log);
  /// True if `wanted` octets more can be used, and a segment for survivors besides.
  bool has_room(std::size_t wanted) const { return bytes() + wanted + segments_.size() <= limit_; }
  bool room_is_short() const;
  /// Evicts until has_room(wanted); false if readers stand in the way, or it would take too long.
  bool make_room(std::size_t wanted, Instant now);
  void grow_index(Index& index, Instant now);
  void reclaim();

  Log& log_to_evict();
  void evict_oldest_segment(bool spare_hit, Instant now);
  void retire(Segments::Number segment);
  void pass(Position position, bool spare_hit, Instant now);
  void count_eviction(const EntryView& entry);
  bool move_to_main(Index::Slot& slot, const EntryView& entry);
  /// False if there is no room in `log`.
  bool move_to(Log& log, Index::Slot& slot, const EntryView& entry, std::uint8_t frequency);

  void count(Position position) { living(position) += static_cast<std::uint32_t>(at(position).size()); }
  void discount(Position position) { living(position) -= static_cast<std::uint32_t>(at(position).size()); }
  std::uint32_t& living(Position position) { return living_[segments_.segment_of(position)]; }

  /// Looks at the next few entries of the shard, and at the end of a segment whether it is worth cleaning.
  void patrol(Instant now);
  void patrol_next_segment();
  bool dead(const EntryView& entry, Instant now) const;
  void give_up_if_dead(Position position, Instant now);
  bool worth_cleaning(Segments::Number segment) const;
  void clean(Segments::Number segment, Log& log);

  Segments segments_;
  std::size_t limit_;
  Duration max_stale_;
  PartedIndex& index_;
  std::size_t index_bytes_;
  Epochs& epochs_;
  const KeyedHash& hash_;
  Log small_, main_;
  std::vector<std::uint32_t> living_;  // octets of entries in the index, by segment
  Segments::Number patrolled_ = 0;     // the segment that is looked at,
  std::size_t patrolled_octets_ = 0;   // and how far
  std::vector<Retired> retired_;
  std::size_t retired_tables_ = 0;  // octets of the tables in it
  std::size_t passed_ = 0;          // segments since there was room
  Evictions evictions_;
};

}  // namespace tributary::cache
