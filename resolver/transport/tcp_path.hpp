#pragma once

#include <cstdint>

#include "base/time.hpp"

namespace tributary::resolver {

/// What the kernel knows about a TCP connection's way (tcp(7), TCP_INFO).
struct TcpPath {
  Duration round_trip{};           ///< Smoothed.
  std::uint64_t acknowledged = 0;  ///< Octets that have arrived at the peer; the SYN may count as one.
};

/// Of the connection with `descriptor`; all zero if the kernel does not tell.
TcpPath tcp_path(int descriptor);

}  // namespace tributary::resolver
