#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <vector>

/// Eviction rules over entries of equal cost, as plain as their sources tell them.
///
/// Each is made for `capacity` entries, at least two, and keys below `keys`. `request` says whether the key
/// was a hit, and takes it in if not.
namespace tributary::eviction {

using Key = std::uint32_t;

/// Least recently used, exactly.
class Lru {
 public:
  Lru(std::size_t capacity, std::size_t keys) : capacity_(capacity), slots_(keys, by_use_.end()) {}

  bool request(Key key) {
    auto& slot = slots_[key];
    if (slot != by_use_.end()) {
      by_use_.splice(by_use_.end(), by_use_, slot);
      return true;
    }
    if (by_use_.size() == capacity_) evict();
    slot = by_use_.insert(by_use_.end(), key);
    return false;
  }

 private:
  void evict() {
    slots_[by_use_.front()] = by_use_.end();
    by_use_.pop_front();
  }

  std::size_t capacity_;
  std::list<Key> by_use_;  // the least recently used first
  std::vector<std::list<Key>::iterator> slots_;
};

/// SIEVE: Zhang et al., "SIEVE is Simpler than LRU", NSDI '24, algorithm 1.
///
/// One queue by age that a hit leaves alone: it only marks. A hand goes from old to new, takes marks away,
/// and evicts the first entry without one, wherever in the queue that is; next time it goes on from there.
class Sieve {
 public:
  Sieve(std::size_t capacity, std::size_t keys) : capacity_(capacity), states_(keys, State::absent) {}

  bool request(Key key) {
    if (states_[key] != State::absent) {
      states_[key] = State::marked;
      return true;
    }
    if (by_age_.size() == capacity_) evict();
    by_age_.push_back(key);
    states_[key] = State::unmarked;
    return false;
  }

 private:
  enum class State : std::uint8_t { absent, unmarked, marked };

  void evict() {
    while (states_[at_hand()] == State::marked) {
      states_[*hand_] = State::unmarked;
      ++hand_;
    }
    states_[*hand_] = State::absent;
    hand_ = by_age_.erase(hand_);
  }

  Key at_hand() {
    if (hand_ == by_age_.end()) hand_ = by_age_.begin();
    return *hand_;
  }

  std::size_t capacity_;
  std::list<Key> by_age_;  // the oldest first
  std::list<Key>::iterator hand_ = by_age_.end();
  std::vector<State> states_;
};

/// S3-FIFO: Yang et al., "FIFO Queues are All You Need for Cache Eviction", SOSP '23, algorithm 1.
///
/// New keys enter a small queue, a tenth of the cache. From its end they move to the main queue if they were
/// hit at least `promoting_hits` times (the paper: 2), else they leave and are remembered as ghosts; a ghost
/// that is asked for again enters the main queue at once. From the end of the main queue an entry goes round
/// again at the price of one of the hits counted for it, of which there are at most 3.
///
/// There are as many ghosts as places in the main queue. As the paper proposes, a ghost is only the number
/// under which its key left, and ends when that many others have left since.
class S3Fifo {
 public:
  S3Fifo(std::size_t capacity, std::size_t keys, unsigned promoting_hits)
      : promoting_hits_(promoting_hits),
        small_capacity_(std::max<std::size_t>(1, capacity / 10)),
        main_capacity_(capacity - small_capacity_),
        entries_(keys) {}

  bool request(Key key) {
    Entry& entry = entries_[key];
    if (entry.cached) {
      if (entry.hits < most_hits) ++entry.hits;
      return true;
    }
    while (small_.size() + main_.size() >= small_capacity_ + main_capacity_) evict();
    (is_ghost(entry) ? main_ : small_).push_back(key);
    entry = {.cached = true};
    return false;
  }

 private:
  static constexpr std::uint8_t most_hits = 3;

  struct Entry {
    std::uint32_t left_as = 0;  // 0: not a ghost
    std::uint8_t hits = 0;
    bool cached = false;
  };

  bool is_ghost(const Entry& entry) const {
    return entry.left_as != 0 && left_ - entry.left_as < main_capacity_;
  }

  void evict() { small_.size() >= small_capacity_ ? evict_from_small() : evict_from_main(); }

  void evict_from_small() {
    for (bool evicted = false; !evicted && !small_.empty();) {
      const Key key = take_oldest(small_);
      evicted = entries_[key].hits < promoting_hits_;
      if (evicted) {
        entries_[key] = {.left_as = ++left_};
      } else {
        promote(key);
      }
    }
  }

  void promote(Key key) {
    if (main_.size() >= main_capacity_) evict_from_main();
    entries_[key].hits = 0;
    main_.push_back(key);
  }

  void evict_from_main() {
    Key key = take_oldest(main_);
    for (; entries_[key].hits > 0; key = take_oldest(main_)) {
      --entries_[key].hits;
      main_.push_back(key);
    }
    entries_[key] = {};
  }

  static Key take_oldest(std::deque<Key>& queue) {
    const Key key = queue.front();
    queue.pop_front();
    return key;
  }

  unsigned promoting_hits_;
  std::size_t small_capacity_;
  std::size_t main_capacity_;
  std::uint32_t left_ = 0;  // how many keys have left the small queue for good
  std::deque<Key> small_;   // the oldest first, here too
  std::deque<Key> main_;
  std::vector<Entry> entries_;
};

}  // namespace tributary::eviction
