#pragma once

#include <atomic>
#include <chrono>

#include "base/time.hpp"
#include "cache/key.hpp"
#include "cache/keyed_hash.hpp"
#include "cache/segments.hpp"

namespace tributary::resolver {

/// The questions that nobody could answer a moment ago, though there is something to fall back on: for
/// `recheck` nobody is asked again and no client waits (the failure recheck timer of RFC 8767 §5).
///
/// Bounded: 256 KiB, taken as failures come. A question may be forgotten because of another; then it is only
/// asked again early. Thread-safe, without locks. While nothing has failed lately, it costs one load.
class RecentFailures {
 public:
  static constexpr std::chrono::seconds recheck{30};

  explicit RecentFailures(cache::KeyedHash hash = cache::KeyedHash::random());

  void note(const cache::Key& key, Instant now);
  /// An answer has come.
  void forget(const cache::Key& key, Instant now);
  /// All of them.
  void clear() { last_ends_.store(Instant::min(), std::memory_order_relaxed); }
  bool holds(const cache::Key& key, Instant now) const;

 private:
  static constexpr std::size_t places = 1 << 15;  // a power of two

  using Place = std::atomic_ref<std::uint64_t>;

  std::uint64_t hash(const cache::Key& key) const { return hash_(key.question(), key.scope()); }
  Place place_of(std::uint64_t hashed) const;
  bool none(Instant now) const { return now >= last_ends_.load(std::memory_order_relaxed); }

  cache::KeyedHash hash_;
  // Of places, in each half of the hash, and when the hold ends: one number, so that nobody sees the one
  // without the other.
  cache::Region memory_{places * sizeof(std::uint64_t)};
  std::atomic<Instant> last_ends_{Instant::min()};  // of the holds, the last
};

}  // namespace tributary::resolver
