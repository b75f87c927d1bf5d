#pragma once

#include <atomic>
#include <thread>

#include "bench/malformed/socket.hpp"

namespace tributary::malformed {

/// The upstream that the daemon's cache is warmed from: a thread that answers every query.
class Authority {
 public:
  Authority();
  ~Authority();
  std::uint16_t port() const { return socket_.port(); }

 private:
  void serve();

  Socket socket_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace tributary::malformed
