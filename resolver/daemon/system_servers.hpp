#pragma once

#include <string>
#include <vector>

#include "policy/config.hpp"
#include "policy/resolv_conf.hpp"

namespace tributary::resolver {

/// The servers of resolv.conf as sources of our own.
struct SystemServers {
  std::vector<policy::SocketAddress> usable;  ///< In the order of the file.
  std::vector<std::string> left_out;          ///< A sentence for each that cannot be asked, with the reason.
};

/// Without those that lead back to one of `own` listening addresses, and without link-local IPv6 ones that do
/// not name their interface.
SystemServers system_servers(const policy::ResolvConf& file, const std::vector<policy::ListenConfig>& own);

/// Replaces each `system:` upstream of `config` by `servers`, in its groups too: these may be left without
/// any. True if there was any.
bool expand_system_upstreams(policy::Config& config, const std::vector<policy::SocketAddress>& servers);

}  // namespace tributary::resolver
