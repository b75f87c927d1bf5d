#pragma once

#include <vector>

#include "policy/config.hpp"

namespace tributary::resolver {

/// The servers of /etc/resolv.conf, in its order, without those that are one of `own` listening addresses (a
/// wildcard stands for every address of this host), and without link-local IPv6 ones, since their interface
/// is not known. What is left out is logged. Empty if nothing is left.
std::vector<policy::SocketAddress> system_servers(const std::vector<policy::ListenConfig>& own);

}  // namespace tributary::resolver
