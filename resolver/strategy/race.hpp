#pragma once

#include "resolver/strategy/plan.hpp"

namespace tributary::resolver {

/// Asks `width` upstreams at once, drawn by weight; the others follow when these bring nothing good.
class Race final : public Strategy {
 public:
  explicit Race(std::size_t width) : width_(width) {}
  Plan plan(std::span<const Choice> usable, const dns::Question& question, Random& random) override;

 private:
  std::size_t width_;
  Order order_;
};

}  // namespace tributary::resolver
