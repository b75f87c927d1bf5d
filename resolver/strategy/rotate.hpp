#pragma once

#include "resolver/strategy/plan.hpp"

namespace tributary::resolver {

/// Asks one upstream, another one for each query: by weighted chance, or each in its turn.
class Rotate final : public Strategy {
 public:
  explicit Rotate(policy::RotateOrder order) : order_kind_(order) {}
  Plan plan(std::span<const std::uint32_t> usable, Random& random) override;

 private:
  void take_turns(std::size_t count);

  policy::RotateOrder order_kind_;
  std::size_t turn_ = 0;
  std::vector<std::size_t> order_;
};

}  // namespace tributary::resolver
