#include "resolver/strategy/plan.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "resolver/strategy/race.hpp"
#include "resolver/strategy/rotate.hpp"

namespace tributary::resolver {

std::vector<std::size_t> weighted_order(std::span<const std::uint32_t> weights, Random& random) {
  // An exponential variate of rate w comes first with probability w / Σw; sorting them draws without
  // replacement.
  std::vector<double> arrival;
  for (const auto weight : weights) arrival.push_back(-std::log(1.0 - random.unit()) / weight);
  std::vector<std::size_t> order(weights.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t place) { return arrival[place]; });
  return order;
}

Plan sequence(std::span<const std::size_t> order, std::size_t at_once) {
  Plan plan;
  Duration start{};
  const std::size_t attempts = std::min(std::max(most_attempts, at_once), order.size());
  for (std::size_t attempt = 0; attempt < attempts; ++attempt) {
    if (attempt >= at_once) start += attempt == at_once ? patience_first : patience_second;
    plan.push_back({order[attempt], start});
  }
  return plan;
}

Plan in_order(std::size_t count, std::size_t at_once) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  return sequence(order, at_once);
}

std::unique_ptr<Strategy> make_strategy(const policy::GroupConfig& group) {
  switch (group.strategy) {
    case policy::StrategyKind::race:
      return std::make_unique<Race>(group.width);
    case policy::StrategyKind::rotate:
      return std::make_unique<Rotate>(group.order);
  }
  return nullptr;
}

}  // namespace tributary::resolver
