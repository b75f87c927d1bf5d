#pragma once

#include <string>
#include <vector>

#include "resolver/explain/explanation.hpp"

namespace tributary::explain {

/// The attempts that were sent, as bars on one time line, a line each, at most `width` columns (60 or more);
/// empty if there is none. Pure.
std::vector<std::string> time_line(const Explanation& explanation, std::size_t width);

}  // namespace tributary::explain
