#pragma once

#include <filesystem>

#include "policy/config.hpp"

namespace tributary::resolver {

/// Where stays what outlives the process: what the configuration says, else the first folder of the variable
/// STATE_DIRECTORY (systemd.exec(5)), given as `variable` or null, else /var/lib/tributary.
std::filesystem::path state_directory(const policy::Config& config, const char* variable);

}  // namespace tributary::resolver
