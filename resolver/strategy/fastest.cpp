// Fastest: ask the upstream of least cost, picked as for `hedge`. The next one is asked only when it has
// failed, or after twice its hedge delay and no less than 100 ms: late enough that hardly a query of a
// healthy group is sent twice, soon enough that a client does not ask again.

#include "resolver/strategy/fastest.hpp"

#include <algorithm>

#include "resolver/strategy/by_cost.hpp"

namespace tributary::resolver {
namespace {

Duration until_overdue(const Standing& asked) {
  constexpr Duration least = std::chrono::milliseconds(100);
  return std::max(2 * asked.hedge_delay, least);
}

}  // namespace

Plan Fastest::plan(std::span<const Choice> usable, const dns::Question&, Random& random) {
  const bool explores = pick_by_cost(usable, random, order_);
  return in_turn_by_cost(usable, order_, explores, until_overdue);
}

}  // namespace tributary::resolver
