#pragma once

#include "resolver/strategy/plan.hpp"

namespace tributary::resolver {

/// Asks the first upstream in the order of the configuration; the next stand by.
class Failover final : public Strategy {
 public:
  Plan plan(std::span<const Choice> usable, const dns::Question& question, Random& random) override;

 private:
  Order order_;
};

}  // namespace tributary::resolver
