#pragma once

#include <string>

#include "bench/simulate/bounds.hpp"

namespace tributary::simulate {

/// Markdown: a table for each scenario and rate, that of the returning load, and that of the bounds.
std::string markdown(const Results& results, const std::vector<Finding>& findings);
/// The same figures for programs.
std::string json(const Results& results, const std::vector<Finding>& findings);
/// A picture of the latencies, SVG: for each scenario and rate, the share of the queries that had no right
/// answer after so long.
std::string svg(const Results& results);

}  // namespace tributary::simulate
