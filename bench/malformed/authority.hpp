#pragma once

#include <atomic>
#include <thread>

#include "bench/loopback_socket.hpp"

namespace tributary::malformed {

/// The upstream that the daemon's cache is warmed from: a thread that answers every query.
class Authority {
 public:
  Authority();
  ~Authority();
  std::uint16_t port() const { return port_; }

 private:
  void serve();

  LoopbackSocket socket_{SOCK_DGRAM};
  const std::uint16_t port_ = socket_.bind_anywhere();
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace tributary::malformed
