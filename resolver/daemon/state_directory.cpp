#include "resolver/daemon/state_directory.hpp"

#include <string_view>

namespace tributary::resolver {

std::filesystem::path state_directory(const policy::Config& config, const char* variable) {
  if (config.state_directory) return *config.state_directory;
  const std::string_view folders = variable != nullptr ? variable : "";
  const auto first = folders.substr(0, folders.find(':'));
  return first.empty() ? "/var/lib/tributary" : first;
}

}  // namespace tributary::resolver
