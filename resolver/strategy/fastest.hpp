#pragma once

#include "resolver/strategy/plan.hpp"

namespace tributary::resolver {

/// Asks the best upstream alone, and another when it fails or is long overdue.
class Fastest final : public Strategy {
 public:
  Plan plan(std::span<const Choice> usable, const dns::Question& question, Random& random) override;

 private:
  Order order_;
};

}  // namespace tributary::resolver
