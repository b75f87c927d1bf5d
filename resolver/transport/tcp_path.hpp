#pragma once

#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cstdint>

#include "base/time.hpp"

namespace tributary::resolver {

/// What the kernel knows about a TCP connection's way (tcp(7), TCP_INFO and SIOCOUTQ).
struct TcpPath {
  Duration round_trip{};        ///< Smoothed.
  bool unacknowledged = false;  ///< Something that was written has not arrived, as far as one can tell.
};

/// Of the connection with `descriptor`; all zero if the kernel does not tell.
inline TcpPath tcp_path(int descriptor) {
  tcp_info info{};
  socklen_t size = sizeof info;
  getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size);
  int outgoing = 0;
  ioctl(descriptor, SIOCOUTQ, &outgoing);
  return {std::chrono::microseconds(info.tcpi_rtt), outgoing > 0};
}

}  // namespace tributary::resolver
