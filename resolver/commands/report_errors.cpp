#include "resolver/commands/report_errors.hpp"

#include <cstdio>

#include "resolver/commands/command.hpp"

namespace tributary::commands {

int report_errors(const std::vector<std::string>& errors) {
  for (const auto& error : errors) std::fprintf(stderr, "tributary: %s\n", error.c_str());
  return failed;
}

int report_errors(const std::vector<policy::ConfigError>& errors) {
  for (const auto& error : errors) std::fprintf(stderr, "tributary: %s\n", error.to_text().c_str());
  return failed;
}

}  // namespace tributary::commands
