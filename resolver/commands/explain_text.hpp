#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace tributary::commands {

/// What `GET /api/v1/explain` gave, for people.
std::string explain_text(const nlohmann::ordered_json& explanation);

}  // namespace tributary::commands
