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
// Dead entries (expired, replaced) are not waited for until their segment is the oldest. Each store looks at
// a few entries, one segment after the other, and takes the dead ones out of the index. A segment of which
// much is dead by then is cleaned: what lives moves to the end of its log. How much is much depends on
// whether room is short.
//
// What has expired may still be served stale (RFC 8767), and is dead only some time later: `max_stale`, or,
// when room is short and nobody has ever asked for it again, at once.
//
// A passed or cleaned segment is reused when no reader can be in it any more. So that nobody has to wait for
// that, a segment is passed before it is needed; answers that find no room all the same are not kept. One
// segment stays free, so that survivors have somewhere to go.

#include "cache/shard_writer.hpp"

#include <algorithm>

#include "dns/message_view.hpp"

namespace tributary::cache {
namespace {

/// `small` keeps at least this part of the shard.
constexpr std::size_t small_share = 10;
/// When so many segments were passed without finding room, hits no longer save an entry.
constexpr std::size_t patience = 128;
/// What one store passes at most, in octets; it bounds how long a store takes.
constexpr std::size_t most_at_once = 128 << 10;

/// What one store looks at for dead entries, in octets: all of the shard while a quarter of it is filled.
constexpr std::size_t patrol_step = 512;
/// Below this part of the limit the dead take nothing that anybody misses.
constexpr std::size_t patrolled_share = 16;
/// Room is short when less than this part of the shard is left.
constexpr std::size_t short_share = 4;
/// How long a failure counts after it has expired: as long as the longest of them (RFC 9520 §3.2).
constexpr auto failures_count = std::chrono::minutes(5);

/// The entry at `offset` of a segment, or 0 at its end.
Position entry_at(const Segments& segments, Segments::Number segment, std::size_t offset) {
  if (offset + sizeof(EntryHeader) > segments.size()) return 0;
  const auto position = segments.position(segment, offset);
  const auto* header = reinterpret_cast<const EntryHeader*>(place_of(segments.memory(), position));
  return header->grains != 0 ? position : 0;
}

/// Calls `visit(position)` for each entry of a segment.
template <typename Visit>
void for_each_entry(const Segments& segments, Segments::Number segment, Visit&& visit) {
  std::size_t offset = 0;
  while (const auto position = entry_at(segments, segment, offset)) {
    const auto* header = reinterpret_cast<const EntryHeader*>(place_of(segments.memory(), position));
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

ShardWriter::ShardWriter(Segments segments, std::size_t limit, Duration max_stale, PartedIndex& index,
                         Epochs& epochs, const KeyedHash& hash)
    : segments_(std::move(segments)),
      limit_(limit),
      max_stale_(max_stale),
      index_(index),
      index_bytes_(index.bytes()),
      epochs_(epochs),
      hash_(hash),
      living_(segments_.count()) {}

std::size_t ShardWriter::bytes() const {
  return segments_.bytes_in_use() + index_bytes_ + retired_tables_;
}

EntryView ShardWriter::at(Position position) const {
  return EntryView(*reinterpret_cast<const EntryHeader*>(place_of(segments_.memory(), position)));
}

Position ShardWriter::find(const Key& key, Index::Tag tag) const {
  return index_.of(tag).find(tag, [&](Position each) { return at(each).belongs_to(key); });
}

ShardWriter::Place ShardWriter::place_in_index(Position position) const {
  const EntryView entry = at(position);
  const auto tag = Index::tag_of(hash_(entry.question(), entry.scope()));
  return {index_.of(tag), index_.of(tag).slot(tag, position)};
}

// ---- Storing.

void ShardWriter::store(const Key& key, Index::Tag tag, const Offer& offer, Instant now) {
  const auto& [answer, from, wanted] = offer;
  const auto old = find(key, tag);
  if (old != 0 && at(old).fresh(now) && at(old).rank() > answer.rank()) return;
  if (old != 0 && answer.rank() == Rank::failure && at(old).stale(now, max_stale_)) return;
  if (!wanted && (old == 0 || at(old).failures() == 0)) return;
  if (!wanted || !keep(key, tag, offer, old, now)) erase(key, tag);
  patrol(now);
}

bool ShardWriter::restore(const Key& key, Index::Tag tag, const Offer& offer, Instant now) {
  const auto old = find(key, tag);
  if (old != 0 && at(old).rank() != Rank::failure) return false;
  const bool kept = keep(key, tag, offer, old, now);
  patrol(now);
  return kept;
}

void ShardWriter::drop(const Key& key, Index::Tag tag, Rank rank) {
  const auto old = find(key, tag);
  if (old != 0 && at(old).rank() <= rank) erase(key, tag);
}

void ShardWriter::clear() {
  while (small_.length() + main_.length() > 0) {
    const auto segment = log_to_evict().take_oldest();
    for_each_entry(segments_, segment, [&](Position position) {
      if (const auto [index, slot] = place_in_index(position); slot != nullptr) index.erase(*slot);
    });
    retire(segment);
  }
}

std::size_t ShardWriter::drop_if(std::size_t part, const std::function<bool(const EntryView&)>& unwanted) {
  std::size_t dropped = 0;
  index_.part(part).erase_if([&](Position position) {
    if (!unwanted(at(position))) return false;
    discount(position);
    ++dropped;
    return true;
  });
  return dropped;
}

bool ShardWriter::keep(const Key& key, Index::Tag tag, const Offer& offer, Position old, Instant now) {
  const auto& answer = offer.answer;
  const auto size = entry_size(answer);
  if (size > segments_.size() || !has_question_of(answer, key)) return false;
  const bool to_main = belongs_in_main(tag, old);
  Index& index = index_.of(tag);
  if (index.crowded(tag)) grow_index(index, now);
  const auto position = append(to_main ? main_ : small_, size, now);
  if (position == 0) return false;
  write_entry(place_of(segments_.memory(), position), key, answer, offer.from, to_main);
  if (old != 0) old = find(key, tag);  // making room may have evicted it, or moved it
  if (old != 0) {
    discount(old);
    Index::move(*index.slot(tag, old), position);
  } else if (!index.add(tag, position)) {
    return false;
  }
  count(position);
  make_room(segments_.size(), now);  // ahead: so that a segment has time to lose its readers
  return true;
}

bool ShardWriter::belongs_in_main(Index::Tag tag, Position old) const {
  if (old == 0) return index_.of(tag).remembers(tag);
  return at(old).in_main() || at(old).frequency() > 0;
}

void ShardWriter::erase(const Key& key, Index::Tag tag) {
  const auto old = find(key, tag);
  if (old == 0) return;
  discount(old);
  index_.of(tag).erase(*index_.of(tag).slot(tag, old));
}

// ---- Room.

Position ShardWriter::append(Log& log, std::size_t size, Instant now) {
  if (!log.has_room(size, segments_)) {
    if (!make_room(segments_.size(), now)) return 0;
    // Evicting may have opened a segment in the same log.
    if (!log.has_room(size, segments_)) open(log);
  }
  return log.append(size, segments_);
}

void ShardWriter::open(Log& log) {
  const auto segment = segments_.take();
  living_[segment] = 0;
  log.open(segment);
}

bool ShardWriter::room_is_short() const {
  return bytes() > limit_ - limit_ / short_share;
}

bool ShardWriter::make_room(std::size_t wanted, Instant now) {
  reclaim();
  for (std::size_t passed = 0; !has_room(wanted); passed += segments_.size(), reclaim()) {
    const bool nothing_left = small_.length() + main_.length() == 0;
    if (passed >= most_at_once || !retired_.empty() || nothing_left) return false;
    evict_oldest_segment(passed_++ < patience, now);
  }
  passed_ = 0;
  return true;
}

void ShardWriter::grow_index(Index& index, Instant now) {
  if (!make_room(index.next_bytes(), now)) return;  // the next store tries again
  const auto old_bytes = index.bytes();
  retired_.push_back({0, std::nullopt, index.grow()});
  retired_.back().epoch = epochs_.retire();
  retired_tables_ += old_bytes;
  index_bytes_ += index.bytes() - old_bytes;
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
  retire(segment);
}

void ShardWriter::retire(Segments::Number segment) {
  living_[segment] = 0;
  if (segment == patrolled_) patrol_next_segment();
  retired_.push_back({epochs_.retire(), segment, nullptr});
}

void ShardWriter::pass(Position position, bool spare_hit, Instant now) {
  const EntryView entry = at(position);
  const auto [index, slot] = place_in_index(position);
  if (slot == nullptr) return;  // replaced since
  if (!entry.fresh(now)) {
    ++evictions_.expired;
    return index.erase(*slot);
  }
  if (spare_hit && entry.frequency() > 0 && move_to_main(*slot, entry)) return;
  count_eviction(entry);
  entry.in_main() ? index.erase(*slot) : index.drop(*slot);
}

void ShardWriter::count_eviction(const EntryView& entry) {
  auto& of_the_idle = entry.in_main() ? evictions_.unused : evictions_.once;
  ++(entry.frequency() > 0 ? evictions_.forced : of_the_idle);
}

bool ShardWriter::move_to_main(Index::Slot& slot, const EntryView& entry) {
  const int hits_left = entry.in_main() ? entry.frequency() - 1 : 0;
  return move_to(main_, slot, entry, static_cast<std::uint8_t>(hits_left));
}

bool ShardWriter::move_to(Log& log, Index::Slot& slot, const EntryView& entry, std::uint8_t frequency) {
  if (!log.has_room(entry.size(), segments_)) {
    if (bytes() + segments_.size() > limit_) return false;
    open(log);
  }
  const auto position = log.append(entry.size(), segments_);
  copy_entry(place_of(segments_.memory(), position), entry, &log == &main_, frequency);
  count(position);
  Index::move(slot, position);
  return true;
}

// ---- Giving up what is dead.

void ShardWriter::patrol(Instant now) {
  if (bytes() < limit_ / patrolled_share) return;
  for (const auto end = patrolled_octets_ + patrol_step; patrolled_octets_ < end;) {
    const bool empty = living_[patrolled_] == 0;
    const auto position = empty ? 0 : entry_at(segments_, patrolled_, patrolled_octets_);
    if (position == 0) {
      const auto segment = patrolled_;
      patrol_next_segment();
      if (worth_cleaning(segment)) clean(segment, small_.has_filled(segment) ? small_ : main_);
      return;
    }
    patrolled_octets_ += at(position).size();
    give_up_if_dead(position, now);
  }
}

void ShardWriter::patrol_next_segment() {
  patrolled_ = (patrolled_ + 1) % static_cast<Segments::Number>(segments_.count());
  patrolled_octets_ = 0;
}

bool ShardWriter::dead(const EntryView& entry, Instant now) const {
  if (entry.rank() == Rank::failure) return !entry.fresh(now - failures_count);
  const bool may_be_stale = !room_is_short() || entry.frequency() > 0;
  return !entry.fresh(may_be_stale ? now - max_stale_ : now);
}

void ShardWriter::give_up_if_dead(Position position, Instant now) {
  if (!dead(at(position), now)) return;
  const auto [index, slot] = place_in_index(position);
  if (slot == nullptr) return;
  ++evictions_.expired;
  discount(position);
  index.erase(*slot);
}

bool ShardWriter::worth_cleaning(Segments::Number segment) const {
  if (!small_.has_filled(segment) && !main_.has_filled(segment)) return false;
  if (living_[segment] == 0) return true;
  const auto enough = room_is_short() ? segments_.size() / 4 : segments_.size() / 2;
  return segments_.size() - living_[segment] >= enough && retired_.empty() && has_room(segments_.size());
}

void ShardWriter::clean(Segments::Number segment, Log& log) {
  log.remove(segment);
  for_each_entry(segments_, segment, [&](Position position) {
    const auto [index, slot] = place_in_index(position);
    if (slot == nullptr || move_to(log, *slot, at(position), at(position).frequency())) return;
    ++evictions_.forced;
    index.erase(*slot);
  });
  retire(segment);
}

}  // namespace tributary::cache
