// Race: draw the usable upstreams in weighted random order; ask the first `width` of them at the same time;
// ask the next one when one of these fails, or when none has answered for a while. The first good reply wins.

#include "resolver/strategy/race.hpp"

#include <algorithm>

namespace tributary::resolver {

Plan Race::plan(std::span<const std::uint32_t> usable, Random& random) {
  return sequence(weighted_order(usable, random), std::min(width_, usable.size()));
}

}  // namespace tributary::resolver
