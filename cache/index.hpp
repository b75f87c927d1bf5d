#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "cache/segments.hpp"

namespace tributary::cache {

/// Where entries of one shard stand, by a 32-bit tag of their keys' hashes. Tags are not unique: whoever
/// looks up compares keys.
///
/// A table of buckets of eight slots, a cache line each; a tag has two buckets, and goes into the emptier
/// one. A slot is tag and position in one atomic word. When a new slot finds no room, or three quarters are
/// taken, the table is replaced by one a quarter larger: buckets follow from the tag alone, so no entry is
/// touched. Tables are whole pages straight from the kernel, so that what is counted is what is taken.
///
/// Slots that are free serve as the memory of what was dropped lately (the ghosts of S3-FIFO): such a slot
/// keeps the tag, without a position, until somebody needs the place.
///
/// Many readers, one writer at a time. Readers look without waiting, and find what was there before or after
/// a change, never half of it. A table that was replaced must outlive its readers.
class Index {
 public:
  using Tag = std::uint32_t;
  using Slot = std::atomic<std::uint64_t>;
  static constexpr std::size_t slots_of_bucket = 8;
  struct alignas(64) Bucket {
    std::array<Slot, slots_of_bucket> slots{};
  };
  class Table {
   public:
    explicit Table(std::size_t size) : memory_(size * sizeof(Bucket)) {}

    std::size_t size() const { return memory_.bytes().size() / sizeof(Bucket); }
    Bucket& operator[](std::size_t bucket) const { return begin()[bucket]; }
    // The kernel's memory is zero at first: slots that are free.
    Bucket* begin() const { return reinterpret_cast<Bucket*>(memory_.bytes().data()); }
    Bucket* end() const { return begin() + size(); }

   private:
    Region memory_;
  };

  Index() : owned_(std::make_unique<Table>(page)), shown_(pack(*owned_)) {}

  static Tag tag_of(std::uint64_t hash) { return static_cast<Tag>(hash); }

  /// Has the processor fetch the place of `tag`. Any thread.
  void fetch(Tag tag) const {
    const auto table = shown();
    for (const std::size_t bucket : buckets_of(tag, table.size())) __builtin_prefetch(&table[bucket]);
  }

  /// The first position under `tag` for which `matches(position)` is true, or 0. Any thread.
  template <typename Matches>
  Position find(Tag tag, Matches&& matches) const {
    const auto table = shown();
    const auto buckets = buckets_of(tag, table.size());
    __builtin_prefetch(&table[buckets[1]]);  // on its way while the first is searched
    for (const std::size_t bucket : buckets) {
      for (const auto& slot : table[bucket].slots) {
        const auto word = slot.load(std::memory_order_acquire);
        if (tag_in(word) == tag && position_in(word) != 0 && matches(position_in(word)))
          return position_in(word);
      }
    }
    return 0;
  }

  /// Where a walk past all entries stands: a fraction of the table, in units of 2⁻³².
  using Progress = std::uint64_t;
  static constexpr Progress end_of_walk = Progress{1} << 32;
  /// Calls `visit(position)` for what stands in the next few buckets, and returns where the walk goes on.
  /// What moves meanwhile (also because the table is replaced) may be passed twice, or not at all. Any
  /// thread.
  template <typename Visit>
  Progress walk(Progress from, std::size_t buckets, Visit&& visit) const {
    const auto table = shown();
    const auto first = static_cast<std::size_t>(from * table.size() >> 32);
    const auto end = std::min(first + buckets, table.size());
    for (const auto& bucket : table.subspan(first, end - first)) {
      for (const auto& slot : bucket.slots) {
        const auto position = position_in(slot.load(std::memory_order_acquire));
        if (position != 0) visit(position);
      }
    }
    return ((std::uint64_t{end} << 32) + table.size() - 1) / table.size();
  }

  // ---- For the writer.

  /// The slot that leads to `position`, or null.
  Slot* slot(Tag tag, Position position);
  /// True if `tag` was dropped lately and is remembered.
  bool remembers(Tag tag) const;
  /// False if there is no room.
  bool add(Tag tag, Position position);
  static void move(Slot& slot, Position position) { set(slot, tag_in(value(slot)), position); }
  void erase(Slot& slot);
  /// Erases, and remembers the tag.
  void drop(Slot& slot);
  /// Erases all positions for which `unwanted(position)`.
  template <typename Unwanted>
  void erase_if(Unwanted&& unwanted) {
    for (Bucket& bucket : *owned_) {
      for (auto& slot : bucket.slots) {
        const auto position = position_in(value(slot));
        if (position != 0 && unwanted(position)) erase(slot);
      }
    }
  }

  std::size_t entries() const { return entries_; }
  std::size_t bytes() const { return bytes_of(owned_->size()); }

  /// True if it should grow before `tag` is added.
  bool crowded(Tag tag) const;
  std::size_t next_bytes() const { return bytes_of(next_size()); }
  /// Replaces the table by one of `next_bytes()` (hardly ever more); returns the old one, for which readers
  /// may still look.
  std::unique_ptr<Table> grow();

 private:
  static constexpr unsigned page_bits = 12, size_bits = 28;
  // In buckets; sizes are multiples of it.
  static constexpr std::size_t page = (std::size_t{1} << page_bits) / sizeof(Bucket);

  static Tag tag_in(std::uint64_t word) { return static_cast<Tag>(word >> 32); }
  static Position position_in(std::uint64_t word) { return static_cast<Position>(word); }
  static std::uint64_t value(const Slot& slot) { return slot.load(std::memory_order_relaxed); }
  static void set(Slot& slot, Tag tag, Position position) {
    slot.store(std::uint64_t{tag} << 32 | position, std::memory_order_release);
  }
  static std::array<std::size_t, 2> buckets_of(Tag tag, std::size_t size) {
    const Tag other = tag * 0x9E3779B1u;
    return {static_cast<std::size_t>(std::uint64_t{tag} * size >> 32),
            static_cast<std::size_t>(std::uint64_t{other} * size >> 32)};
  }
  static std::size_t bytes_of(std::size_t size) { return size * sizeof(Bucket); }
  std::size_t next_size() const { return owned_->size() + (owned_->size() / 4 + page - 1) / page * page; }
  /// Address and size of a table in one word, so that nobody sees those of different ones, and a look-up
  /// need not fetch them from elsewhere: tables are whole pages, and addresses have 48 bits.
  static std::uint64_t pack(const Table& table) {
    return reinterpret_cast<std::uintptr_t>(table.begin()) >> page_bits << size_bits | table.size() / page;
  }
  std::span<Bucket> shown() const {
    const auto word = shown_.load(std::memory_order_acquire);
    const auto size = word & ((std::uint64_t{1} << size_bits) - 1);
    return {reinterpret_cast<Bucket*>(word >> size_bits << page_bits), size * page};
  }
  bool copy_to(Table& table) const;
  static bool add_to(Table& table, Tag tag, Position position);

  std::unique_ptr<Table> owned_;
  std::atomic<std::uint64_t> shown_;  // where it stands and how large it is, for readers
  std::size_t entries_ = 0;
};

/// The index of one shard in parts, each of which grows by itself: the store that makes one grow has to wait
/// until all entries of it stand in their new places.
class PartedIndex {
 public:
  /// `parts` is a power of two.
  explicit PartedIndex(std::size_t parts) : parts_(std::make_unique<Index[]>(parts)), mask_(parts - 1) {}

  /// By the tag's lowest bits, because its highest choose the bucket.
  Index& of(Index::Tag tag) const { return parts_[tag & mask_]; }
  Index& part(std::size_t number) const { return parts_[number]; }
  std::size_t parts() const { return mask_ + 1; }
  std::size_t entries() const;
  std::size_t bytes() const;

 private:
  std::unique_ptr<Index[]> parts_;
  std::size_t mask_;
};

}  // namespace tributary::cache
