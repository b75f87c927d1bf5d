#pragma once

#include <memory>
#include <unordered_set>

#include <asio/awaitable.hpp>
#include <asio/ip/tcp.hpp>

#include "base/clock.hpp"
#include "policy/config.hpp"
#include "resolver/listener/listener.hpp"
#include "resolver/listener/restart.hpp"
#include "resolver/listener/tcp_client.hpp"

namespace tributary::resolver {

/// Accepts the TCP connections of one socket of one worker, and keeps them while they last.
///
/// When there are as many connections as there may be, the one that has been idle for longest makes way for a
/// new one (RFC 7766 §6.2.3): nobody keeps others out by connecting and saying nothing. A connection above
/// the limit of its client, or while none is idle here, is closed at once. When accepting fails for want of
/// file descriptors, it pauses. It and what it is given outlive the coroutines on its event loop.
class TcpListener final : public Listener {
 public:
  /// `acceptor`: from `open_tcp`. `service` may be shared with the worker's other listeners.
  TcpListener(asio::ip::tcp::acceptor acceptor, TcpService& service);

  void start() override;
  /// Accepts no more connections and reads no more queries; those read are answered, then each connection is
  /// closed.
  void stop_accepting() override;
  void resume() override {}
  const policy::SocketAddress& local() const override { return local_; }
  /// Connections that are open. After `stop_accepting`: those with replies still to come or to be taken.
  std::size_t pending() const override { return clients_.size(); }
  bool ended() const override { return !accepting_ && pending() == 0; }

 private:
  static asio::awaitable<void> accept_clients(TcpListener* self);
  static asio::awaitable<bool> accept_one(TcpListener* self, bool failing);
  void accept_waiting();
  void admit(asio::ip::tcp::socket socket, const asio::ip::tcp::endpoint& peer);
  bool make_room();

  asio::ip::tcp::acceptor acceptor_;
  TcpService& service_;
  const policy::SocketAddress local_;
  ArrivalCounters& arrivals_;
  Bell stopped_;
  bool accepting_ = false;
  Restart restart_;
  std::unordered_set<std::shared_ptr<TcpClient>> clients_;
};

}  // namespace tributary::resolver
