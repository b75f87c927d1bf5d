// Rotate: every query asks one upstream first. Weighted random draws it with probability proportional to its
// weight; round robin takes the next in the list; hash takes the one that scores highest for the registered
// domain of the question. When it fails, or has not answered after its hedge delay, the next is asked,
// another operator's first; at once, if its replies usually come late.
//
// The scores of hash are those of weighted rendezvous hashing: each upstream draws a number u in (0, 1) from
// the domain and its own name, and scores -weight / ln(u). An upstream wins domains in proportion to its
// weight, and when one goes, only the domains that it won move, each to its second best.

#include "resolver/strategy/rotate.hpp"

#include <algorithm>

#include "base/natural_log.hpp"
#include "dns/registered_domain.hpp"

namespace tributary::resolver {
namespace {

/// The finalizer of SplitMix64 (Steele, Lea and Flood, 2014): each bit of the result hangs on every bit of x.
std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

double score(std::uint64_t domain, const Choice& choice) {
  const double u = (static_cast<double>(mixed(domain ^ mixed(choice.name_hash)) >> 11) + 0.5) * 0x1p-53;
  return -choice.effective_weight() / natural_log(u);
}

/// Puts the places into `order`, the one that scores highest for the domain of `question` first.
void rank_by_hash(std::span<const Choice> usable, const dns::Question& question, std::vector<double>& scores,
                  Order& order) {
  const std::uint64_t domain = dns::registered_domain(question.name).hash();
  scores.clear();
  for (const auto& choice : usable) scores.push_back(score(domain, choice));
  list_places(usable.size(), order);
  std::ranges::sort(order, std::greater(), [&](std::size_t place) { return scores[place]; });
}

Pick pick_of(policy::RotateOrder order) {
  switch (order) {
    case policy::RotateOrder::weighted_random:
      return Pick::weight;
    case policy::RotateOrder::round_robin:
      return Pick::turn;
    case policy::RotateOrder::hash:
      return Pick::domain;
  }
  return Pick::list;
}

}  // namespace

Plan Rotate::plan(std::span<const Choice> usable, const dns::Question& question, Random& random) {
  switch (order_kind_) {
    case policy::RotateOrder::weighted_random:
      draw_by_weight(usable, random, order_);
      break;
    case policy::RotateOrder::round_robin:
      take_turns(usable.size());
      break;
    case policy::RotateOrder::hash:
      rank_by_hash(usable, question, scores_, order_);
      break;
  }
  distinct_operators_first(usable, attempts_among(usable.size(), 1), order_);
  return in_turn(usable, order_, beside_the_late(usable, order_, 1), until_hedge, pick_of(order_kind_));
}

void Rotate::take_turns(std::size_t count) {
  const std::size_t first = turn_++ % count;
  order_.clear();
  for (std::size_t i = 0; i < count; ++i) order_.push_back((first + i) % count);
}

}  // namespace tributary::resolver
