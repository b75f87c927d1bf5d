#include "resolver/transport/tcp_path.hpp"

#include <linux/tcp.h>  // that of glibc lacks tcpi_bytes_acked, and both together do not compile
#include <netinet/in.h>
#include <sys/socket.h>

namespace tributary::resolver {

TcpPath tcp_path(int descriptor) {
  tcp_info info{};
  socklen_t size = sizeof info;
  getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size);
  return {std::chrono::microseconds(info.tcpi_rtt), info.tcpi_bytes_acked};
}

}  // namespace tributary::resolver
