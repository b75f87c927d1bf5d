#pragma once

#include <vector>

#include "policy/config.hpp"

namespace tributary::resolver {

/// The servers of /etc/resolv.conf, in its order, without those that are one of `own` listening addresses (a
/// wildcard stands for every address of this host). Empty if there is none; link-local IPv6 servers are left
/// out, since their interface is not known.
std::vector<policy::SocketAddress> system_servers(const std::vector<policy::ListenConfig>& own);

}  // namespace tributary::resolver
