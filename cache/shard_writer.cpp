// S3-FIFO over two logs of segments. What is new goes to the log `small`. When the shard is full, its oldest
// segment is passed over, of `small` as long as that has more than a tenth of the shard, else of `main`:
//
//   entry of        hit since             becomes
//   small or main   (expired, replaced)   nothing
//   small           yes                   a copy in main, hits counted from 0
//   small           no                    a ghost: its tag is remembered
//   main            yes                   a copy at the end of main, one hit less
//   main            no                    nothing
//
// So a flood of names that are asked for once passes through `small` and leaves `main` alone. An answer whose
// tag is remembered, or whose predecessor was hit, goes straight to `main`.
//
// A passed segment is reused when no reader can be in it any more. So that nobody has to wait for that, a
// segment is passed before it is needed; answers that find no room all the same are not kept. One segment
// stays free, so that survivors have somewhere to go.

#include "cache/shard_writer.hpp"

#include <algorithm>

#include "dns/message_view.hpp"

namespace tributary::cache {
namespace {

/// `small` keeps at least this part of the shard.
constexpr std::size_t small_share = 10;
/// So many segments may be passed beyond those that are needed; then hits no longer save an entry. It bounds
/// how long one store can take.
constexpr std::size_t patience = 128;

/// Calls `visit(position)` for each entry of a segment.
template <typename Visit>
void for_each_entry(const Segments& segments, Segments::Number segment, Visit&& visit) {
  for (std::size_t offset = 0; offset + sizeof(EntryHeader) <= segments.size();) {
    const auto position = segments.position(segment, offset);
    const auto* header = reinterpret_cast<const EntryHeader*>(place_of(segments.memory(), position));
    if (header->grains == 0) return;
    offset += header->grains * grain;
    visit(position);
  }
}

bool has_question_of(const Answer& answer, const Key& key) {
  const auto asked = key.question();
  return answer.message().size() >= dns::header_size + asked.size() &&
         std::equal(asked.begin(), asked.end(), answer.message().begin() + dns::header_size);
}

}  // namespace

ShardWriter::ShardWriter(Segments segments, std::size_t limit, Index& index, Epochs& epochs,
                         const KeyedHash& hash)
    : segments_(std::move(segments)), limit_(limit), index_(index), epochs_(epochs), hash_(hash) {}

std::size_t ShardWriter::bytes() const {
  return segments_.bytes_in_use() + index_.bytes() + retired_tables_;
}

EntryView ShardWriter::at(Position position) const {
  return EntryView(*reinterpret_cast<const EntryHeader*>(place_of(segments_.memory(), position)));
}

Position ShardWriter::find(const Key& key, Index::Tag tag) const {
  return index_.find(tag, [&](Position each) { return at(each).belongs_to(key); });
}

// ---- Storing.

void ShardWriter::store(const Key& key, Index::Tag tag, const Answer& answer, bool wanted, Instant now) {
  const auto old = find(key, tag);
  if (old != 0 && at(old).fresh(now) && at(old).rank() > answer.rank()) return;
  if (!wanted && (old == 0 || at(old).failures() == 0)) return;
  if (!wanted || !keep(key, tag, answer, now)) erase(key, tag);
}

bool ShardWriter::keep(const Key& key, Index::Tag tag, const Answer& answer, Instant now) {
  const auto size = entry_size(answer);
  if (size > segments_.size() || !has_question_of(answer, key)) return false;
  if (index_.crowded(tag)) grow_index(now);
  const bool to_main = belongs_in_main(key, tag);
  const auto position = append(to_main ? main_ : small_, size, now);
  if (position == 0) return false;
  write_entry(place_of(segments_.memory(), position), key, answer, to_main);
  // Only now: making room may have evicted the old entry.
  if (const auto old = find(key, tag)) {
    Index::move(*index_.slot(tag, old), position);
  } else if (!index_.add(tag, position)) {
    return false;
  }
  evict_ahead(now);
  return true;
}

bool ShardWriter::belongs_in_main(const Key& key, Index::Tag tag) const {
  const auto old = find(key, tag);
  if (old == 0) return index_.remembers(tag);
  return at(old).in_main() || at(old).frequency() > 0;
}

void ShardWriter::erase(const Key& key, Index::Tag tag) {
  if (const auto old = find(key, tag)) index_.erase(*index_.slot(tag, old));
}

// ---- Room.

Position ShardWriter::append(Log& log, std::size_t size, Instant now) {
  if (!log.has_room(size, segments_)) {
    if (!make_room(segments_.size(), now)) return 0;
    // Evicting may have opened a segment in the same log.
    if (!log.has_room(size, segments_)) log.open(segments_.take());
  }
  return log.append(size, segments_);
}

bool ShardWriter::make_room(std::size_t wanted, Instant now) {
  const std::size_t needed = wanted + segments_.size();  // one for the survivors of the next time
  reclaim();
  for (; bytes() + needed > limit_; reclaim()) {
    if (!retired_.empty() || small_.length() + main_.length() == 0) return false;
    const bool spare_hit = passed_++ < patience + needed / segments_.size();
    evict_oldest_segment(spare_hit, now);
  }
  passed_ = 0;
  return true;
}

void ShardWriter::evict_ahead(Instant now) {
  reclaim();
  const bool scarce = bytes() + 2 * segments_.size() > limit_;
  if (scarce && retired_.empty() && small_.length() + main_.length() > 1) evict_oldest_segment(true, now);
}

void ShardWriter::grow_index(Instant now) {
  const auto needed = index_.next_bytes();
  if (!make_room(needed, now)) return;
  const auto old_bytes = index_.bytes();
  retired_.push_back({0, std::nullopt, index_.grow()});
  retired_.back().epoch = epochs_.retire();
  retired_tables_ += old_bytes;
}

void ShardWriter::reclaim() {
  std::erase_if(retired_, [this](Retired& thing) {
    if (!epochs_.passed(thing.epoch)) return false;
    if (thing.segment) segments_.give_back(*thing.segment);
    if (thing.table) retired_tables_ -= thing.table->size() * sizeof(Index::Bucket);
    return true;
  });
}

// ---- Evicting.

Log& ShardWriter::log_to_evict() {
  const auto all = small_.length() + main_.length();
  const bool small_is_large = small_.length() * small_share > all;
  return small_is_large || main_.length() == 0 ? small_ : main_;
}

void ShardWriter::evict_oldest_segment(bool spare_hit, Instant now) {
  const auto segment = log_to_evict().take_oldest();
  for_each_entry(segments_, segment, [&](Position position) { pass(position, spare_hit, now); });
  retired_.push_back({epochs_.retire(), segment, nullptr});
}

void ShardWriter::pass(Position position, bool spare_hit, Instant now) {
  const EntryView entry = at(position);
  const auto tag = Index::tag_of(hash_(entry.question(), entry.scope()));
  Index::Slot* slot = index_.slot(tag, position);
  if (slot == nullptr) return;  // replaced since
  if (!entry.fresh(now)) return index_.erase(*slot);
  if (spare_hit && entry.frequency() > 0 && move_to_main(*slot, entry)) return;
  ++evictions_;
  entry.in_main() ? index_.erase(*slot) : index_.drop(*slot);
}

bool ShardWriter::move_to_main(Index::Slot& slot, const EntryView& entry) {
  if (!main_.has_room(entry.size(), segments_)) {
    if (bytes() + segments_.size() > limit_) return false;
    main_.open(segments_.take());
  }
  const auto position = main_.append(entry.size(), segments_);
  const int hits_left = entry.in_main() ? entry.frequency() - 1 : 0;
  copy_to_main(place_of(segments_.memory(), position), entry, static_cast<std::uint8_t>(hits_left));
  Index::move(slot, position);
  return true;
}

}  // namespace tributary::cache
