#pragma once

#include <filesystem>
#include <optional>

#include "policy/config.hpp"

namespace tributary::resolver {

/// Where the Unix socket for operators is: where the configuration says, else control.sock in the first
/// folder of the variable RUNTIME_DIRECTORY (systemd.exec(5)), given as `variable` or null; else there is
/// none.
std::optional<std::filesystem::path> control_socket(const policy::AdminConfig& config, const char* variable);

}  // namespace tributary::resolver
