#pragma once

#include <string>

#include "resolver/explain/explanation.hpp"

namespace tributary::explain {

/// The explanation for somebody at a terminal: at most 100 columns of UTF-8, no colours, no control
/// characters but line feeds. Pure.
std::string to_text(const Explanation& explanation);

}  // namespace tributary::explain
