// Apart, because the kernel's header clashes with that of the C library, which Asio includes and in which the
// counter is missing.
#include "tests/unit/listener/received_segments.hpp"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>

namespace tributary::resolver {

std::uint32_t received_segments(int socket) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
    throw std::system_error(errno, std::generic_category(), "TCP_INFO");
  return info.tcpi_data_segs_in;
}

}  // namespace tributary::resolver
