#pragma once

#include <sys/types.h>

#include <istream>
#include <optional>
#include <string>
#include <vector>

#include "policy/config.hpp"

namespace tributary::resolver {

/// Who holds a port.
struct PortOwner {
  policy::SocketAddress
      address;               ///< What is held: the address that was wanted, or one that collides with it.
  std::optional<pid_t> pid;  ///< Nothing if we may not look into the process: it is another user's.
  std::string command;       ///< As in /proc/PID/comm (15 characters); empty without `pid`.
  std::string user;          ///< Whose socket it is: a name, or a number if it has none.
};

/// The owner of a socket that stands in the way of listening on `listen`, as /proc tells. Nothing when there
/// is none, or /proc tells nothing.
std::optional<PortOwner> find_port_owner(const policy::ListenConfig& listen);

/// What stands in the way, and what to type: " is taken by …". The part of a sentence after the address.
std::string taken_text(const policy::ListenConfig& listen, const std::optional<PortOwner>& owner);

/// A row of /proc/net/udp or its like.
struct HeldSocket {
  policy::SocketAddress address;
  uid_t user = 0;
  std::string link;  ///< What /proc/PID/fd says of it: "socket:[INODE]".
};

/// Those rows of `table` that collide with `listen`: of TCP, the ones that listen.
std::vector<HeldSocket> colliding_sockets(std::istream& table, const policy::ListenConfig& listen);

}  // namespace tributary::resolver
