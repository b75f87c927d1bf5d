#pragma once

#include <memory>
#include <unordered_set>

#include <asio/awaitable.hpp>
#include <asio/ip/tcp.hpp>

#include "base/clock.hpp"
#include "policy/config.hpp"
#include "resolver/listener/tcp_client.hpp"

namespace tributary::resolver {

/// Accepts the TCP connections of one socket of one worker, and keeps them while they last.
///
/// A connection above a limit is closed at once. When accepting fails for want of file descriptors, it
/// pauses. All calls from the worker's thread; it and what it is given outlive the coroutines on its event
/// loop.
class TcpListener {
 public:
  /// `acceptor`: from `open_tcp`. `service` may be shared with the worker's other listeners.
  TcpListener(asio::ip::tcp::acceptor acceptor, TcpService& service);
  TcpListener(const TcpListener&) = delete;
  TcpListener& operator=(const TcpListener&) = delete;

  /// Begins to serve. Requires: not called before.
  void start();
  /// Accepts no more connections and reads no more queries; those read are answered, then each connection is
  /// closed.
  void stop_accepting();
  /// The address that it is bound to, with its real port.
  const policy::SocketAddress& local() const { return local_; }
  /// Connections that are open. After `stop_accepting`: those with replies still to come or to be taken.
  std::size_t pending() const { return clients_.size(); }

 private:
  static asio::awaitable<void> accept_clients(TcpListener* self);
  void admit(asio::ip::tcp::socket socket, const asio::ip::address& address);

  asio::ip::tcp::acceptor acceptor_;
  TcpService& service_;
  const policy::SocketAddress local_;
  ArrivalCounters& arrivals_;
  Bell stopped_;
  std::unordered_set<std::shared_ptr<TcpClient>> clients_;
};

}  // namespace tributary::resolver
