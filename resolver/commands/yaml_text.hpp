#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace tributary::commands {

/// JSON as YAML in blocks, which people read more easily.
std::string yaml_text(const nlohmann::ordered_json& json);

}  // namespace tributary::commands
