#pragma once

#include <algorithm>

#include "base/time.hpp"

namespace tributary::resolver {

inline constexpr std::chrono::seconds ramp_length{30};

/// The share of its usual load that an upstream gets `since_closed` its breaker has closed again: from 10 %
/// to all of it in 30 s, so that it is not thrown over by what the others had to carry.
inline double ramp(Duration since_closed) {
  constexpr double start = 0.1;
  constexpr std::chrono::duration<double> length = ramp_length;
  return std::clamp(start + (1 - start) * (since_closed / length), start, 1.0);
}

}  // namespace tributary::resolver
