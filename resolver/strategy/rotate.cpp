// Rotate: every query asks one upstream first. Weighted random draws it with probability proportional to its
// weight; round robin takes the next in the list. When it fails, or has not answered for a while, the next
// one is asked.

#include "resolver/strategy/rotate.hpp"

namespace tributary::resolver {

Plan Rotate::plan(std::span<const std::uint32_t> usable, Random& random) {
  const auto order = order_ == policy::RotateOrder::round_robin ? round_robin(usable.size())
                                                                : weighted_order(usable, random);
  return sequence(order, 1);
}

std::vector<std::size_t> Rotate::round_robin(std::size_t count) {
  const std::size_t first = turn_++ % count;
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < count; ++i) order.push_back((first + i) % count);
  return order;
}

}  // namespace tributary::resolver
