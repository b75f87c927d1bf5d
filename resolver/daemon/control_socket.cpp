#include "resolver/daemon/control_socket.hpp"

#include <string_view>

namespace tributary::resolver {

std::optional<std::filesystem::path> control_socket(const policy::AdminConfig& config, const char* variable) {
  if (config.socket) return config.socket;
  const std::string_view folders = variable != nullptr ? variable : "";
  const std::filesystem::path first(folders.substr(0, folders.find(':')));
  if (first.empty()) return std::nullopt;
  return first / "control.sock";
}

}  // namespace tributary::resolver
