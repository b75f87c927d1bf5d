#pragma once

#include "resolver/strategy/plan.hpp"

namespace tributary::resolver {

/// Asks `width` upstreams of distinct operators at once. That a quorum of them must agree is for acceptance
/// to see to.
class Consensus final : public Strategy {
 public:
  explicit Consensus(std::size_t width) : width_(width) {}
  Plan plan(std::span<const Choice> usable, const dns::Question& question, Random& random) override;

 private:
  std::size_t width_;
  Order order_;
};

}  // namespace tributary::resolver
