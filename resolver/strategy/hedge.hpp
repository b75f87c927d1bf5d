#pragma once

#include "resolver/strategy/plan.hpp"

namespace tributary::resolver {

/// Asks the best upstream, and the next beside it when it is slower than it usually is.
class Hedge final : public Strategy {
 public:
  Plan plan(std::span<const Choice> usable, const dns::Question& question, Random& random) override;

 private:
  Order order_;
};

}  // namespace tributary::resolver
