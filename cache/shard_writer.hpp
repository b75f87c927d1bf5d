#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "cache/entry.hpp"
#include "cache/epochs.hpp"
#include "cache/index.hpp"
#include "cache/keyed_hash.hpp"
#include "cache/segments.hpp"

namespace tributary::cache {

/// What changes one shard of the cache: storing and evicting. One thread at a time; readers go on meanwhile.
class ShardWriter {
 public:
  /// Segments and index together never take more than `limit` octets. References outlive this object.
  ShardWriter(Segments segments, std::size_t limit, Index& index, Epochs& epochs, const KeyedHash& hash);

  /// Puts `answer` in the place of what is there, unless that is fresh and of higher rank. An answer that is
  /// not `wanted` is not kept, but ends a row of failures.
  void store(const Key& key, Index::Tag tag, const Answer& answer, bool wanted, Instant now);

  std::size_t entries() const { return index_.entries(); }
  /// Octets of segments and index, those included that wait until their last reader has left.
  std::size_t bytes() const;
  /// Fresh entries dropped for want of room.
  std::uint64_t evictions() const { return evictions_; }

 private:
  /// Out of sight since `epoch`; reused when its last reader has left.
  struct Retired {
    Epochs::Epoch epoch;
    std::optional<Segments::Number> segment;
    std::unique_ptr<Index::Table> table;
  };

  EntryView at(Position position) const;
  Position find(const Key& key, Index::Tag tag) const;
  void erase(const Key& key, Index::Tag tag);
  /// False if there is no room for it.
  bool keep(const Key& key, Index::Tag tag, const Answer& answer, Instant now);
  bool belongs_in_main(const Key& key, Index::Tag tag) const;

  /// Room for `size` octets at the end of `log`; 0 if there is none.
  Position append(Log& log, std::size_t size, Instant now);
  /// Evicts until `wanted` octets more can be used; false if readers stand in the way.
  bool make_room(std::size_t wanted, Instant now);
  /// Passes a segment when the next one could not be opened, so that its readers have time to leave.
  void evict_ahead(Instant now);
  void grow_index(Instant now);
  void reclaim();

  Log& log_to_evict();
  void evict_oldest_segment(bool spare_hit, Instant now);
  void pass(Position position, bool spare_hit, Instant now);
  bool move_to_main(Index::Slot& slot, const EntryView& entry);

  Segments segments_;
  std::size_t limit_;
  Index& index_;
  Epochs& epochs_;
  const KeyedHash& hash_;
  Log small_, main_;
  std::vector<Retired> retired_;
  std::size_t retired_tables_ = 0;  // octets of the tables in it
  std::size_t passed_ = 0;          // segments since there was room
  std::uint64_t evictions_ = 0;
};

}  // namespace tributary::cache
