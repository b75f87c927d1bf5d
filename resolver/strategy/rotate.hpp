#pragma once

#include "resolver/strategy/plan.hpp"

namespace tributary::resolver {

/// Asks one upstream, another one for each query: by weighted chance, or each in its turn.
class Rotate final : public Strategy {
 public:
  explicit Rotate(policy::RotateOrder order) : order_(order) {}
  Plan plan(std::span<const std::uint32_t> usable, Random& random) override;

 private:
  std::vector<std::size_t> round_robin(std::size_t count);

  policy::RotateOrder order_;
  std::size_t turn_ = 0;
};

}  // namespace tributary::resolver
