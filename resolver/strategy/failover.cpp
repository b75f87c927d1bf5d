// Failover: ask the first of the list that is usable; so the first of all is returned to as soon as its
// breaker has closed. The next is asked when the one before has failed, or has not answered after its hedge
// delay and no less than 250 ms: those who want an order want it kept, also when the first is slow now and
// then.

#include "resolver/strategy/failover.hpp"

#include <algorithm>

namespace tributary::resolver {
namespace {

Duration until_given_up(const Standing& asked) {
  constexpr Duration least = std::chrono::milliseconds(250);
  return std::max(asked.hedge_delay, least);
}

}  // namespace

Plan Failover::plan(std::span<const Choice> usable, const dns::Question&, Random&) {
  list_places(usable.size(), order_);
  return in_turn(usable, order_, 1, until_given_up);
}

}  // namespace tributary::resolver
