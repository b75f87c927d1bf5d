// Race: draw the usable upstreams in weighted random order; ask the first `width` of them at the same time;
// ask the next one when one of these fails, or when none has answered for a while. The first good reply wins.

#include "resolver/strategy/race.hpp"

#include <algorithm>

namespace tributary::resolver {

Plan Race::plan(std::span<const std::uint32_t> usable, Random& random) {
  const std::size_t at_once = std::min(width_, usable.size());
  draw_by_weight(usable, attempts_among(usable.size(), at_once), random, order_);
  return sequence(order_, at_once);
}

}  // namespace tributary::resolver
