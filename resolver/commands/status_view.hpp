#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace tributary::commands {

/// What `GET /api/v1/status` gave, on one screen; no line is wider than 100 columns.
std::string status_view(const nlohmann::json& status);

}  // namespace tributary::commands
