#include "resolver/strategy/plan.hpp"

#include <algorithm>
#include <numeric>

#include "resolver/strategy/consensus.hpp"
#include "resolver/strategy/failover.hpp"
#include "resolver/strategy/fastest.hpp"
#include "resolver/strategy/hedge.hpp"
#include "resolver/strategy/race.hpp"
#include "resolver/strategy/rotate.hpp"

namespace tributary::resolver {

namespace {

void draw(std::span<const Choice> usable, Random& random, std::span<std::size_t> order) {
  double left = 0;
  for (const auto place : order) left += usable[place].weight;
  for (std::size_t next = 0; next + 1 < order.size(); ++next) {
    double ticket = random.unit() * left;
    auto winner = next;
    // Sums of fractions are not exact: the last one takes what remains.
    while (winner + 1 < order.size() && ticket >= usable[order[winner]].weight)
      ticket -= usable[order[winner++]].weight;
    left -= usable[order[winner]].weight;
    std::swap(order[next], order[winner]);
  }
}

}  // namespace

void list_places(std::size_t count, Order& order) {
  order.resize(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
}

bool all_hands(std::span<const Choice> usable) {
  const auto unlimited = [](const Choice& choice) { return choice.standing.share >= 1; };
  const auto can_do_alone = [&](const Choice& choice) {
    return unlimited(choice) && !choice.standing.in_trouble();
  };
  return std::ranges::any_of(usable, unlimited) && std::ranges::none_of(usable, can_do_alone);
}

bool takes_part(const Choice& choice, Random& random) {
  return choice.standing.share >= 1 || random.unit() < choice.standing.share;
}

void draw_by_weight(std::span<const Choice> usable, Random& random, Order& order) {
  list_places(usable.size(), order);
  const bool all = all_hands(usable);
  const auto others = std::partition(order.begin(), order.end(), [&](std::size_t place) {
    return all || takes_part(usable[place], random);
  });
  draw(usable, random, {order.begin(), others});
  draw(usable, random, {others, order.end()});
}

void distinct_operators_first(std::span<const Choice> usable, std::size_t count, Order& order) {
  const auto end = order.begin() + static_cast<std::ptrdiff_t>(std::min(count, order.size()));
  for (auto place = order.begin(); place != end; ++place) {
    const auto is_new = [&](std::size_t candidate) {
      return std::none_of(order.begin(), place, [&](std::size_t earlier) {
        return usable[earlier].operator_number == usable[candidate].operator_number;
      });
    };
    const auto found = std::find_if(place, order.end(), is_new);
    if (found == order.end()) return;
    std::rotate(place, found, found + 1);
  }
}

std::size_t beside_the_late(std::span<const Choice> usable, std::span<const std::size_t> order,
                            std::size_t at_once) {
  if (std::ranges::all_of(usable, &Choice::is_late)) return at_once;
  const auto late =
      std::ranges::count_if(order.first(at_once), [&](auto place) { return usable[place].is_late(); });
  return at_once + static_cast<std::size_t>(late);
}

std::size_t attempts_among(std::size_t count, std::size_t at_once) {
  return std::min({std::max(most_attempts, at_once), count, widest_race});
}

Plan in_turn(std::span<const Choice> usable, std::span<const std::size_t> order, std::size_t at_once,
             Patience patience, Pick pick) {
  Plan plan;
  const std::size_t attempts = attempts_among(order.size(), at_once);
  for (std::size_t attempt = 0; attempt < attempts; ++attempt) {
    const bool waits = attempt > 0 && attempt >= at_once;
    const Duration after = waits ? patience(usable[order[attempt - 1]].standing) : Duration{};
    plan.push_back({order[attempt], after, pick});
  }
  return plan;
}

std::unique_ptr<Strategy> make_strategy(const policy::GroupConfig& group) {
  switch (group.strategy) {
    case policy::StrategyKind::hedge:
      return std::make_unique<Hedge>();
    case policy::StrategyKind::race:
      return std::make_unique<Race>(group.width);
    case policy::StrategyKind::rotate:
      return std::make_unique<Rotate>(group.order);
    case policy::StrategyKind::failover:
      return std::make_unique<Failover>();
    case policy::StrategyKind::fastest:
      return std::make_unique<Fastest>();
    case policy::StrategyKind::consensus:
      return std::make_unique<Consensus>(group.width);
  }
  return nullptr;
}

}  // namespace tributary::resolver
