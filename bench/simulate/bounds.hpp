#pragma once

#include <string>
#include <vector>

#include "bench/simulate/results.hpp"

namespace tributary::simulate {

/// Whether a model keeps to one of the bounds that Tributary is to keep to.
struct Finding {
  const Cell* cell;
  std::string bound;
  std::string figure;  ///< "–" where there is none, or where what it is compared with was not simulated,
  bool met;            ///< which counts as met.
};

/// Sorted by bounds, then rates, then models.
std::vector<Finding> findings(const Results& results);

}  // namespace tributary::simulate
