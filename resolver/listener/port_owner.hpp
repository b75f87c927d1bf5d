#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "policy/config.hpp"

namespace tributary::resolver {

/// A process that holds a port.
struct PortOwner {
  pid_t pid = 0;
  std::string command;  ///< As in /proc/PID/comm: the kernel cuts it to 15 characters.
};

/// The process whose socket stands in the way of listening on `listen`, as /proc tells. Nothing when there is
/// none, or when it belongs to another user and we may not look.
std::optional<PortOwner> find_port_owner(const policy::ListenConfig& listen);

}  // namespace tributary::resolver
