#include "resolver/recent_failures.hpp"

namespace tributary::resolver {
namespace {

/// Sixteenths of a second, modulo 2^32: eight years.
using Tick = std::uint32_t;
constexpr Tick ticks_of_recheck = 16 * RecentFailures::recheck.count();

Tick tick_of(Instant at) {
  using Ticks = std::chrono::duration<std::int64_t, std::ratio<1, 16>>;
  return static_cast<Tick>(std::chrono::floor<Ticks>(at.time_since_epoch()).count());
}

constexpr std::uint64_t tag_mask = 0xFFFFFFFF00000000;

}  // namespace

RecentFailures::RecentFailures(cache::KeyedHash hash) : hash_(hash) {}

RecentFailures::Place RecentFailures::place_of(std::uint64_t hashed) const {
  auto* const first = reinterpret_cast<std::uint64_t*>(memory_.bytes().data());
  return Place(first[hashed % places]);
}

void RecentFailures::note(const cache::Key& key, Instant now) {
  const auto hashed = hash(key);
  const Tick until = tick_of(now) + ticks_of_recheck;
  place_of(hashed).store((hashed & tag_mask) | until, std::memory_order_relaxed);
  last_ends_.store(now + recheck, std::memory_order_relaxed);
}

void RecentFailures::forget(const cache::Key& key, Instant now) {
  if (none(now)) return;
  const auto hashed = hash(key);
  const auto place = place_of(hashed);
  auto held = place.load(std::memory_order_relaxed);
  // Unless another question has taken the place meanwhile.
  if ((held & tag_mask) == (hashed & tag_mask)) place.compare_exchange_strong(held, 0);
}

bool RecentFailures::holds(const cache::Key& key, Instant now) const {
  if (none(now)) return false;
  const auto hashed = hash(key);
  const auto held = place_of(hashed).load(std::memory_order_relaxed);
  const Tick left = static_cast<Tick>(held) - tick_of(now);
  return (held & tag_mask) == (hashed & tag_mask) && left > 0 && left <= ticks_of_recheck;
}

}  // namespace tributary::resolver
