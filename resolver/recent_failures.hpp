#pragma once

#include <atomic>
#include <chrono>
#include <vector>

#include "base/time.hpp"
#include "cache/key.hpp"
#include "cache/keyed_hash.hpp"

namespace tributary::resolver {

/// The questions that nobody could answer a moment ago, though there is something to fall back on: for
/// `recheck` nobody is asked again and no client waits (the failure recheck timer of RFC 8767 §5).
///
/// Bounded: 256 KiB. A question may be forgotten because of another; then it is only asked again early.
/// Thread-safe, without locks.
class RecentFailures {
 public:
  static constexpr std::chrono::seconds recheck{30};

  explicit RecentFailures(cache::KeyedHash hash = cache::KeyedHash::random());

  void note(const cache::Key& key, Instant now);
  /// An answer has come.
  void forget(const cache::Key& key);
  bool holds(const cache::Key& key, Instant now) const;

 private:
  static constexpr std::size_t places = 1 << 15;  // a power of two

  std::uint64_t hash(const cache::Key& key) const { return hash_(key.question(), key.scope()); }

  cache::KeyedHash hash_;
  // Half of the hash, and when the hold ends: one number, so that nobody sees the one without the other.
  std::vector<std::atomic<std::uint64_t>> places_;
};

}  // namespace tributary::resolver
