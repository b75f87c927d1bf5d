#pragma once

#include "resolver/strategy/plan.hpp"

namespace tributary::resolver {

/// Asks `width` upstreams at once, drawn by weight; the others follow when these bring nothing good.
class Race final : public Strategy {
 public:
  explicit Race(std::size_t width) : width_(width) {}
  Plan plan(std::span<const std::uint32_t> usable, Random& random) override;

 private:
  std::size_t width_;
  std::vector<std::size_t> order_;
};

}  // namespace tributary::resolver
