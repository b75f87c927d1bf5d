#pragma once

#include <cstddef>

namespace tributary::resolver {

/// How many file descriptors this process may have, and what for. Each TCP client takes one, as does each
/// query on its way to an upstream over UDP: clients must not take those that queries need.
struct DescriptorBudget {
  std::size_t limit = 0;  ///< RLIMIT_NOFILE
  std::size_t used = 0;   ///< What is open before anybody asks: listening sockets, event loops.

  /// Half of what is left; the other half is kept back for queries to upstreams, operators and files.
  std::size_t tcp_clients() const;
  /// Queries that may wait for upstreams: a quarter, for a hedged one takes two and more.
  std::size_t waiting_queries() const;
  /// Sockets that each way to an upstream may keep for the next queries, of each of so many workers.
  std::size_t spare_ports(std::size_t workers) const;
};

/// Raises the limit as far as the process may, and has the kernel make room for them: best called before
/// other threads run. `used` is 0.
DescriptorBudget claim_descriptors();
/// How many descriptors are open now; 0 if the system does not tell.
std::size_t open_descriptors();

}  // namespace tributary::resolver
