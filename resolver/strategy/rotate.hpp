#pragma once

#include "resolver/strategy/plan.hpp"

namespace tributary::resolver {

/// Asks one upstream, another one for each query: by weighted chance, each in its turn, or the one that the
/// queried domain belongs to.
class Rotate final : public Strategy {
 public:
  explicit Rotate(policy::RotateOrder order) : order_kind_(order) {}
  Plan plan(std::span<const Choice> usable, const dns::Question& question, Random& random) override;

 private:
  void take_turns(std::size_t count);

  policy::RotateOrder order_kind_;
  std::size_t turn_ = 0;
  Order order_;
  std::vector<double> scores_;
};

}  // namespace tributary::resolver
