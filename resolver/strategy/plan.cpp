#include "resolver/strategy/plan.hpp"

#include <algorithm>
#include <numeric>

#include "resolver/strategy/race.hpp"
#include "resolver/strategy/rotate.hpp"

namespace tributary::resolver {

void draw_by_weight(std::span<const std::uint32_t> weights, std::size_t draws, Random& random,
                    std::vector<std::size_t>& order) {
  order.resize(weights.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  auto left = std::accumulate(weights.begin(), weights.end(), std::uint32_t{0});
  for (std::size_t drawn = 0; drawn < draws && drawn + 1 < order.size(); ++drawn) {
    auto ticket = random.below(left);
    std::size_t winner = drawn;
    while (ticket >= weights[order[winner]]) ticket -= weights[order[winner++]];
    left -= weights[order[winner]];
    std::swap(order[drawn], order[winner]);
  }
}

std::size_t attempts_among(std::size_t count, std::size_t at_once) {
  return std::min({std::max(most_attempts, at_once), count, widest_race});
}

Plan sequence(std::span<const std::size_t> order, std::size_t at_once) {
  Plan plan;
  Duration start{};
  const std::size_t attempts = attempts_among(order.size(), at_once);
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
