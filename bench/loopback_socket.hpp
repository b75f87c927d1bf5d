#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <system_error>

namespace tributary {

/// `result`, unless a system call has failed: then throws std::system_error.
template <typename Result>
Result checked(Result result, const char* call) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), call);
  return result;
}

/// A socket on IPv4's loopback; it owns the handle. Members throw std::system_error.
class LoopbackSocket {
 public:
  /// `type`: SOCK_DGRAM or SOCK_STREAM.
  explicit LoopbackSocket(int type) : handle_(checked(socket(AF_INET, type, 0), "socket")) {}
  ~LoopbackSocket() { close(handle_); }
  LoopbackSocket(const LoopbackSocket&) = delete;
  LoopbackSocket& operator=(const LoopbackSocket&) = delete;

  int handle() const { return handle_; }

  /// To a port that the kernel chooses; tells which.
  std::uint16_t bind_anywhere() {
    sockaddr_in address = loopback(0);
    checked(bind(handle(), reinterpret_cast<sockaddr*>(&address), sizeof address), "bind");
    socklen_t size = sizeof address;
    checked(getsockname(handle(), reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
    return ntohs(address.sin_port);
  }

  void connect_to(std::uint16_t port) {
    const sockaddr_in address = loopback(port);
    checked(connect(handle(), reinterpret_cast<const sockaddr*>(&address), sizeof address), "connect");
  }

  /// Of SOL_SOCKET.
  void set(int option, int value) {
    checked(setsockopt(handle(), SOL_SOCKET, option, &value, sizeof value), "setsockopt");
  }

  /// What arrives in a burst has to wait here. The kernel may grant less.
  void widen_buffers() {
    const int octets = 4 << 20;
    setsockopt(handle(), SOL_SOCKET, SO_RCVBUF, &octets, sizeof octets);
    setsockopt(handle(), SOL_SOCKET, SO_SNDBUF, &octets, sizeof octets);
  }

  void limit_wait(std::chrono::microseconds wait) {
    const timeval time{.tv_sec = 0, .tv_usec = wait.count()};
    checked(setsockopt(handle(), SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time), "setsockopt");
  }

 private:
  static sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
  }

  const int handle_;
};

}  // namespace tributary
