#pragma once

#include <string>

#include "resolver/explain/explanation.hpp"

namespace tributary::explain {

/// The explanation as `GET /api/v1/explain` tells it (docs/explain.md lists the keys): one JSON object, in
/// UTF-8, with a line feed at its end. What there is not is left out. Pure.
std::string to_json(const Explanation& explanation);

}  // namespace tributary::explain
