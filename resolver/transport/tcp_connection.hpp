#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/ip/tcp.hpp>
#include <tl/expected.hpp>

#include "base/clock.hpp"
#include "resolver/transport/kept_connection.hpp"
#include "resolver/transport/outgoing_query.hpp"

namespace tributary::resolver {

/// One TCP connection to a DNS server (RFC 7766): queries are pipelined, replies come in any order.
///
/// Two coroutines, one that connects and writes and one that reads, own the connection together with the
/// exchanges that wait on it: it lives until the server closes it, it has been idle for 10 s (unless it is to
/// be kept), or it is retired and its last exchange has ended. An exchange that ends early leaves no trace
/// but a reply that nobody waits for. All calls come from the executor's thread.
class TcpConnection final : public KeptConnection, public std::enable_shared_from_this<TcpConnection> {
 public:
  static constexpr std::chrono::seconds idle_limit{10};
  static constexpr std::chrono::seconds connect_limit{5};
  /// More would make IDs, which are unique on a connection, rare enough to be guessed.
  static constexpr std::size_t most_in_flight = 8192;

  /// What was written and not acknowledged for so long, or two round trips, has not arrived.
  static constexpr std::chrono::milliseconds stall_limit{250};

  struct Options {
    asio::ip::tcp::endpoint server;
    /// Stays when it is idle, and the kernel looks twice a minute whether the server is still there.
    bool keep = false;
    /// Called when it was established or takes no more queries.
    std::function<void()> on_change = [] {};
  };

  /// Begins to connect. `clock` outlives the event loop; `random` every exchange.
  static std::shared_ptr<TcpConnection> open(asio::any_io_executor executor, Clock& clock, Random& random,
                                             Options options);

  bool takes_more() const override;
  bool was_established() const override { return established_; }
  const Failure& failure() const override { return closed_because_; }
  /// Takes no more queries, and closes as soon as nobody waits on it.
  void retire();
  /// Closes at once. Exchanges that wait end with Failure::cancelled.
  void abandon();

  /// Sends `query` under an ID of its own and waits for what belongs to it (the case of the letters aside).
  /// When the server has said nothing at all since, a time-out retires the connection: it may be dead
  /// without having been closed. When the query did not even arrive within `stall_limit`, it is, and the
  /// query fails with Failure::network to be asked on another one.
  asio::awaitable<tl::expected<Received, Failure>> ask(OutgoingQuery query, Deadline deadline);

 private:
  enum class State { connecting, established, closed };
  class Pending;

  TcpConnection(asio::any_io_executor executor, Clock& clock, Random& random, Options options);

  static asio::awaitable<void> connect_and_write(std::shared_ptr<TcpConnection> self);
  static asio::awaitable<void> read_replies(std::shared_ptr<TcpConnection> self);

  asio::awaitable<bool> connect();
  asio::awaitable<void> write(std::vector<std::uint8_t> frames);
  asio::awaitable<void> wait_for_work();
  asio::awaitable<bool> read(std::span<std::uint8_t> out);

  void tune();
  bool stalled(const Pending& pending);
  std::uint16_t unused_id();
  std::vector<std::uint8_t> take_unsent();
  void deliver(std::vector<std::uint8_t> message);
  void unlink(std::uint16_t id);
  void close(const Failure& reason);

  asio::any_io_executor executor_;
  Clock& clock_;
  Random& random_;
  Options options_;
  asio::ip::tcp::socket socket_;
  State state_ = State::connecting;
  bool established_ = false;
  bool retired_ = false;
  Failure closed_because_;
  Bell work_;  // rung for the writer: connected, something to write, or closed
  std::unordered_map<std::uint16_t, Pending*> pending_;
  std::vector<std::uint16_t> unsent_;    // IDs, some perhaps of exchanges that have ended
  std::uint64_t sent_ = 0;               // octets
  Instant last_used_;                    // when the last exchange ended
  Instant last_heard_ = Instant::min();  // when the last message came
};

}  // namespace tributary::resolver
