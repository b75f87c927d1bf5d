// Race: draw the usable upstreams in weighted random order, and put distinct operators first; ask the first
// `width` of them at the same time; ask the next one when one of these fails, or when none has answered for
// the hedge delay of the last. One of these whose replies usually come late has another beside it. The first
// good reply wins.

#include "resolver/strategy/race.hpp"

#include <algorithm>

namespace tributary::resolver {

Plan Race::plan(std::span<const Choice> usable, const dns::Question&, Random& random) {
  const std::size_t at_once = std::min(width_, usable.size());
  draw_by_weight(usable, random, order_);
  distinct_operators_first(usable, attempts_among(usable.size(), at_once), order_);
  return in_turn(usable, order_, beside_the_late(usable, order_, at_once), until_hedge, Pick::weight);
}

}  // namespace tributary::resolver
