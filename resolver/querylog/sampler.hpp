#pragma once

#include <cstdint>

#include "base/random.hpp"

namespace tributary::resolver {

/// Takes one of so many, at random: the gaps between those that it takes are uniform from 0 to twice the
/// mean, so that nothing that comes in a rhythm is always taken or never. Costs a decrement for what it
/// leaves out.
class Sampler {
 public:
  /// Requires: 1 <= one_in < 2³¹. With 1 it takes all.
  explicit Sampler(std::uint32_t one_in) : one_in_(one_in) {}

  bool takes(Random& random) {
    if (one_in_ == 1) return true;
    if (left_ == drawn_anew) left_ = random.below(one_in_);  // where the first one stands
    if (left_-- > 0) return false;
    left_ = random.below(2 * one_in_ - 1);
    return true;
  }

 private:
  static constexpr std::uint32_t drawn_anew = UINT32_MAX;

  std::uint32_t one_in_;
  std::uint32_t left_ = drawn_anew;  // to be left out before the next is taken
};

}  // namespace tributary::resolver
