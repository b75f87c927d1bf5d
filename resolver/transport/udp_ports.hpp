#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>

#include <tl/expected.hpp>

#include "base/counter.hpp"
#include "base/random.hpp"
#include "base/timers.hpp"
#include "resolver/transport/recent_replies.hpp"
#include "resolver/transport/udp_poller.hpp"
#include "resolver/transport/udp_socket.hpp"

namespace tributary::resolver {

class PortSocket;
class UdpPort;

/// What came back to a port: a datagram; nothing, when the time was over; or an error of the network.
using Arrival = tl::expected<std::optional<std::span<const std::uint8_t>>, asio::error_code>;

/// More than is asked for (1,232 octets), to hear that there is a reply where servers take the size less
/// seriously.
inline constexpr std::size_t largest_datagram = 4096;

/// What all sockets towards one server share.
struct UdpServer {
  UdpSocket::Endpoint endpoint;
  UdpPoller poller;
  Counter strays;  ///< Datagrams that bear no ID that is waited for.
  std::array<std::uint8_t, largest_datagram> space;
  RecentReplies recent{};
  /// Told of a datagram that bears the ID of a recent reply, on the same socket: that reply, and the
  /// datagram.
  std::function<void(const RecentReplies::Reply&, std::span<const std::uint8_t>)> on_second{};
  PortSocket* sockets = nullptr;  ///< All of them.
  std::uint64_t sockets_made = 0;

  /// Has whoever waits go on with `error`, soon.
  void interrupt(const asio::error_code& error);
};

/// One of the ports from 1,024 to 65,535, each as likely as the others.
std::uint16_t draw_port(Random& random);
/// Whether a port that was drawn cannot be had (somebody has it, or a policy forbids it), so that another may
/// be drawn.
bool is_taken(const asio::error_code& error);
/// So often in a row at most; the last draw is left to the kernel.
inline constexpr int most_draws = 8;

/// A socket towards a server, and the queries that wait on it: each datagram goes to the one whose ID it
/// bears, an error to all.
class PortSocket final : private UdpPoller::Reader {
 public:
  using Opened = tl::expected<std::unique_ptr<PortSocket>, asio::error_code>;

  /// A socket bound to `port`, or to none: 0. Not connected yet. `server` outlives it.
  static Opened open(UdpServer& server, std::uint16_t port);
  ~PortSocket();
  PortSocket(const PortSocket&) = delete;
  PortSocket& operator=(const PortSocket&) = delete;

  bool bound() const { return bound_; }
  asio::error_code connect();
  /// For one query, less dear than to connect: replies from elsewhere are told apart here, not by the kernel.
  asio::error_code stay_unconnected() { return socket_.hear_errors(); }
  void disconnect() {
    socket_.disconnect();
    connected_ = false;
  }
  bool in_use() const { return first_ != nullptr; }
  bool waits_for(std::uint16_t id) const { return find(id) != nullptr; }
  std::uint32_t uses() const { return uses_; }

 private:
  friend class UdpPort;

  friend struct UdpServer;

  PortSocket(UdpSocket socket, UdpServer& server, bool bound);
  void on_readable() override;
  asio::error_code send(std::span<const std::uint8_t> query);
  void tell_all(const asio::error_code& error);
  void unclaimed(std::span<const std::uint8_t> datagram);
  UdpPort* find(std::uint16_t id) const;

  UdpSocket socket_;
  UdpServer& server_;
  std::uint64_t number_;  // among those of the server, never given twice
  PortSocket* next_socket_;
  PortSocket** link_;
  bool bound_;
  bool connected_ = false;
  UdpPort* first_ = nullptr;
  std::uint32_t uses_ = 0;
};

/// Where the queries to one server leave from. Belongs to one worker, and outlives the ports taken from it.
class UdpPorts {
 public:
  virtual ~UdpPorts() = default;

  /// A socket towards the server, to which one more query is then added.
  virtual tl::expected<PortSocket*, asio::error_code> take(Instant now) = 0;
  /// One query less waits on `socket`, which may be destroyed by this.
  virtual void give_back(PortSocket& socket) = 0;
  /// Our address may be another one: sockets that are bound to it serve no new query.
  virtual void network_changed() = 0;
};

/// One query's hold on a port towards the server, from `open` to its destruction. Lives in the frame of the
/// Task that waits on it.
class UdpPort {
 public:
  /// Both outlive the port.
  UdpPort(UdpPorts& ports, Timers& timers) : ports_(ports), arrived_(timers) {}
  ~UdpPort();
  UdpPort(const UdpPort&) = delete;
  UdpPort& operator=(const UdpPort&) = delete;

  /// Takes a port, and draws an ID that nobody else waits for on it. Requires: not called before.
  asio::error_code open(Instant now, Random& random);
  /// The ID that the query has to bear.
  std::uint16_t id() const { return id_; }
  asio::error_code send(std::span<const std::uint8_t> query);
  /// `reply` was accepted: what else comes for this query is compared with it, also when the port is gone.
  void remember(std::span<const std::uint8_t> reply, Instant now);

  /// `co_await port.arrival(until)`: an Arrival. A datagram is to be used before anything else is awaited.
  auto arrival(Instant until) {
    struct Awaiter {
      bool await_ready() const { return bell.await_ready(); }
      void await_suspend(std::coroutine_handle<> waiter) { bell.await_suspend(waiter); }
      Arrival await_resume() {
        bell.await_resume();
        return std::exchange(port.arrival_, Arrival());
      }

      UdpPort& port;
      decltype(port.arrived_.wait_until(until)) bell;
    };
    return Awaiter{*this, arrived_.wait_until(until)};
  }

 private:
  friend class PortSocket;
  friend struct UdpServer;

  void join(PortSocket& socket);
  void leave();
  /// False if nobody waits for it at the moment.
  bool hand_over(Arrival arrival);

  UdpPorts& ports_;
  Alarm arrived_;
  Arrival arrival_;
  PortSocket* socket_ = nullptr;
  UdpPort* next_ = nullptr;  // on the same socket
  UdpPort** link_ = nullptr;
  std::uint16_t id_ = 0;
};

}  // namespace tributary::resolver
