#pragma once

#include <memory>
#include <vector>

#include <tl/expected.hpp>

#include "resolver/listener/tcp_listener.hpp"
#include "resolver/listener/udp_listener.hpp"

namespace tributary::resolver {

/// The listening sockets of one worker, as they come and go: opened, served, closed, and destroyed when what
/// came over them has been answered. Belongs to the worker's thread.
class ListenerSet {
 public:
  /// `executor` is the worker's; the services say what else listeners work with. They outlive the set.
  ListenerSet(asio::any_io_executor executor, UdpService& udp, TcpService& tcp)
      : executor_(std::move(executor)), udp_(udp), tcp_(tcp) {}

  /// Opens a socket, which queues what comes until `serve_opened`; returns its address, with the port that
  /// the kernel chose for port 0. The error is a sentence.
  tl::expected<policy::SocketAddress, std::string> open(const policy::ListenConfig& listen);
  void serve_opened();
  /// Those that were opened since `serve_opened` are not wanted.
  void discard_opened();

  /// Stops one that is served. `listen` names its real port.
  void close(const policy::ListenConfig& listen);
  void close_all();
  /// Destroys those that were closed and have ended. True if there are others still.
  bool sweep();
  /// What is still to come of those that were closed.
  std::size_t pending() const;

 private:
  struct Place {
    policy::ListenConfig listen;  // with its real port
    std::unique_ptr<Listener> listener;
    bool served = false;
  };

  tl::expected<std::unique_ptr<Listener>, std::string> make(const policy::ListenConfig& listen);

  asio::any_io_executor executor_;
  UdpService& udp_;
  TcpService& tcp_;
  std::vector<Place> opened_, served_, closed_;
};

}  // namespace tributary::resolver
