// The pick: the upstream of least cost, where one that was never measured counts as if it took 100 ms, and
// one that gets a share of its usual load only is passed over in the others of its queries (unless all that
// get the whole are in trouble: then what it has just come back from matters less). When there is one
// that nothing is known of and that nobody is asking, it is tried first; else one query in two hundred tries
// another one, drawn by chance. So in a fresh group, where all cost the same, the first queries go to all of
// them, and those in flight speak against one more.

#include "resolver/strategy/by_cost.hpp"

#include <algorithm>

namespace tributary::resolver {
namespace {

constexpr Duration presumed_rtt = std::chrono::milliseconds(100);

bool is_measured(const Standing& standing) {
  return standing.typical_rtt > Duration{};
}

Duration expected_cost(Standing standing, bool whatever_its_share) {
  if (whatever_its_share) standing.share = 1;
  if (!is_measured(standing)) standing.typical_rtt = presumed_rtt;
  return standing.cost();
}

/// Nothing is known of it, neither good nor bad, and nobody is about to know.
bool is_unknown(const Standing& standing) {
  return !is_measured(standing) && standing.penalty == Duration{} && standing.in_flight == 0;
}

void shuffle(Random& random, Order& order) {
  for (std::size_t left = order.size(); left > 1; --left)
    std::swap(order[left - 1], order[random.below(static_cast<std::uint32_t>(left))]);
}

/// The place in `order` of the upstream to try before the best, or the first if there is nothing to learn.
std::size_t explored(std::span<const Choice> usable, Random& random, const Order& order) {
  if (order.size() < 2) return 0;
  const bool draw = random.below(explore_one_in) == 0;
  if (is_measured(usable[order.front()].standing)) {
    const auto unknown =
        std::ranges::find_if(order, [&](std::size_t place) { return is_unknown(usable[place].standing); });
    if (unknown != order.end()) return static_cast<std::size_t>(unknown - order.begin());
  }
  return draw ? 1 + random.below(static_cast<std::uint32_t>(order.size() - 1)) : 0;
}

}  // namespace

bool pick_by_cost(std::span<const Choice> usable, Random& random, Order& order) {
  list_places(usable.size(), order);
  shuffle(random, order);
  const bool all = all_hands(usable);
  std::ranges::sort(order, {}, [&](std::size_t place) { return expected_cost(usable[place].standing, all); });
  // Who has just come back must not get all at once as soon as it is the best again.
  if (!all) {
    std::stable_partition(order.begin(), order.end(),
                          [&](std::size_t place) { return takes_part(usable[place], random); });
  }
  distinct_operators_first(usable, most_attempts, order);
  const auto tried = order.begin() + static_cast<std::ptrdiff_t>(explored(usable, random, order));
  std::rotate(order.begin(), tried, tried + 1);
  return tried != order.begin();
}

Plan in_turn_by_cost(std::span<const Choice> usable, const Order& order, bool explores, Patience patience) {
  Plan plan = in_turn(usable, order, 1, patience, Pick::cost);
  if (explores) {
    plan[0].pick = Pick::exploring;
    plan[1].after = Duration{};
  }
  return plan;
}

}  // namespace tributary::resolver
