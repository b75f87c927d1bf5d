#pragma once

#include <string>
#include <vector>

#include "policy/config_reader.hpp"

namespace tributary::commands {

// Each error in a line on standard error; returns ExitCode::failed.
int report_errors(const std::vector<std::string>& errors);
int report_errors(const std::vector<policy::ConfigError>& errors);

}  // namespace tributary::commands
