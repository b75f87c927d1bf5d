#pragma once

#include "resolver/strategy/plan.hpp"

namespace tributary::resolver {

/// One query in so many goes first to another upstream than the best, to learn how that one stands. Each such
/// query is two, as the best is asked together with it; with the 5 % that the hedge delay lets through, one
/// in 100 is more than the 6 % that a healthy group may cost (simulated).
inline constexpr std::uint32_t explore_one_in = 200;

/// Puts all places into `order`: the one of least cost first (by chance among equals), the others by their
/// cost, distinct operators first. Or, when something is to be learnt, first an upstream to explore, then the
/// same order. True if so.
bool pick_by_cost(std::span<const Choice> usable, Random& random, Order& order);

/// A plan that asks one after the other of an order that `pick_by_cost` made. The best is asked
/// together with an explored upstream: nobody waits for what is only to be learnt.
Plan in_turn_by_cost(std::span<const Choice> usable, const Order& order, bool explores, Patience patience);

}  // namespace tributary::resolver
