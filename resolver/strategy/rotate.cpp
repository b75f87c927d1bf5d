// Rotate: every query asks one upstream first. Weighted random draws it with probability proportional to its
// weight; round robin takes the next in the list. When it fails, or has not answered for a while, the next
// one is asked.

#include "resolver/strategy/rotate.hpp"

namespace tributary::resolver {

Plan Rotate::plan(std::span<const std::uint32_t> usable, Random& random) {
  if (order_kind_ == policy::RotateOrder::round_robin) {
    take_turns(usable.size());
  } else {
    draw_by_weight(usable, attempts_among(usable.size(), 1), random, order_);
  }
  return sequence(order_, 1);
}

void Rotate::take_turns(std::size_t count) {
  const std::size_t first = turn_++ % count;
  order_.clear();
  for (std::size_t i = 0; i < count; ++i) order_.push_back((first + i) % count);
}

}  // namespace tributary::resolver
