// Consensus: draw the usable upstreams in weighted random order, put distinct operators first, and ask the
// first `width` of them at the same time. Those that are left are asked when one of these fails or
// contradicts another, or when no quorum has agreed for a while.

#include "resolver/strategy/consensus.hpp"

#include <algorithm>

namespace tributary::resolver {

Plan Consensus::plan(std::span<const Choice> usable, const dns::Question&, Random& random) {
  const std::size_t at_once = std::min(width_, usable.size());
  draw_by_weight(usable, random, order_);
  distinct_operators_first(usable, attempts_among(usable.size(), at_once), order_);
  return in_turn(usable, order_, at_once, until_hedge, Pick::weight);
}

}  // namespace tributary::resolver
