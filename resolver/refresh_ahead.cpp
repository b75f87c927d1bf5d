#include "resolver/refresh_ahead.hpp"

namespace tributary::resolver {
namespace {

/// Of shorter ones the last tenth is no time to ask in.
constexpr std::chrono::seconds shortest_life{10};
constexpr std::uint8_t fewest_hits = 2;

}  // namespace

bool claims_refresh(const cache::EntryView& entry, std::uint32_t age, Random& random) {
  if (entry.rank() == cache::Rank::failure || entry.lifetime() < shortest_life) return false;
  if (entry.frequency() < fewest_hits) return false;
  const auto life = static_cast<std::uint32_t>(entry.lifetime().count());
  const auto tenths_passed =
      10 * std::uint64_t{age} - 9 * std::uint64_t{life};  // of the last tenth: 0 to life
  return random.below(life) <= tenths_passed && entry.claim_refresh();
}

}  // namespace tributary::resolver
