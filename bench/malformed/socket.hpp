#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>

namespace tributary::malformed {

/// Throws what the last system call has left in errno, if `failed`.
inline void check(bool failed, const char* what) {
  if (failed) throw std::system_error(errno, std::generic_category(), what);
}

/// A UDP socket on 127.0.0.1, at a port that the kernel chooses.
class Socket {
 public:
  Socket() : handle_(socket(AF_INET, SOCK_DGRAM, 0)) {
    check(handle_ < 0, "socket");
    auto address = at(0);
    check(bind(handle_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0, "bind");
  }
  ~Socket() { close(handle_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  int handle() const { return handle_; }
  std::uint16_t port() const {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    check(getsockname(handle_, reinterpret_cast<sockaddr*>(&address), &size) != 0, "getsockname");
    return ntohs(address.sin_port);
  }
  void connect_to(std::uint16_t port) const {
    const auto address = at(port);
    check(connect(handle_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0, "connect");
  }
  void set(int option, int value) const {
    check(setsockopt(handle_, SOL_SOCKET, option, &value, sizeof value) != 0, "setsockopt");
  }

 private:
  static sockaddr_in at(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
  }

  int handle_;
};

}  // namespace tributary::malformed
