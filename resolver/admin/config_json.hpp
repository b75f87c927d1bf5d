#pragma once

#include <string>

#include "policy/config.hpp"

namespace tributary::resolver {

/// The configuration as it counts, defaults included, in the form of its file: JSON is YAML, so it can be
/// read again.
std::string config_json(const policy::Config& config);

}  // namespace tributary::resolver
