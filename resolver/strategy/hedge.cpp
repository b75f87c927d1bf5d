// Hedge: ask the upstream of least cost (by_cost.cpp tells how it is picked, and when another is tried
// instead). When nothing acceptable has come after its hedge delay, which 96 of 100 replies take less than,
// ask the one of next least cost beside it, another operator's first; and so on. What comes first and is
// acceptable wins.

#include "resolver/strategy/hedge.hpp"

#include "resolver/strategy/by_cost.hpp"

namespace tributary::resolver {

Plan Hedge::plan(std::span<const Choice> usable, const dns::Question&, Random& random) {
  const bool explores = pick_by_cost(usable, random, order_);
  return in_turn_by_cost(usable, order_, explores, until_hedge);
}

}  // namespace tributary::resolver
