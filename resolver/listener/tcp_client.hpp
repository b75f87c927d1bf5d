#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <asio/awaitable.hpp>
#include <asio/ip/tcp.hpp>

#include "base/clock.hpp"
#include "base/nursery.hpp"
#include "base/timers.hpp"
#include "policy/config.hpp"
#include "resolver/counters.hpp"
#include "resolver/listener/connection_limits.hpp"
#include "resolver/listener/failure_log.hpp"
#include "resolver/listener/query_handler.hpp"

namespace tributary::resolver {

/// What all TCP connections of a worker share. Outlives them.
struct TcpService {
  QueryHandler& handler;
  Clock& clock;
  Timers& timers;
  Nursery& nursery;
  FailureLog& failures;
  ListenerCounters& counters;
  ConnectionLimits& limits;  ///< Shared by all workers.
  policy::TcpConfig config;  ///< May change between events.
  /// Where the handler writes immediate replies, before they are copied to their connection.
  std::vector<std::uint8_t> reply_space = std::vector<std::uint8_t>(65535);
};

/// One TCP connection of a client (RFC 7766).
///
/// Queries may be pipelined. Each is answered as soon as its answer is there, in any order (§6.2.1.1, §7);
/// immediate answers to the messages of one read leave with one write.
///
/// Nothing more is read while `queries_per_connection` queries are in flight, or while the client does not
/// take its answers. The connection is closed after `idle_timeout` with no query in flight, in which no
/// message was completed and no queue of answers emptied (§6.2.3): octets sent, or taken, one by one do not
/// keep it open. When the client shuts down its side, it still gets its answers.
///
/// Every message goes to the handler, however short; when that drops it, the connection goes on.
///
/// Held by its queries in flight too, and so is its place among the connections: hanging up early does not
/// free a client from its limits. While idle it has no buffers.
class TcpClient : public std::enable_shared_from_this<TcpClient> {
 public:
  /// `arrivals` are those of the listener, and outlive it.
  TcpClient(asio::ip::tcp::socket socket, const asio::ip::tcp::endpoint& peer,
            ConnectionLimits::Admission admission, ArrivalCounters& arrivals, TcpService& service);

  /// Runs until the connection is closed. Spawned once.
  static asio::awaitable<void> serve(std::shared_ptr<TcpClient> self);
  /// Answers what has arrived until now, then closes.
  void drain();
  /// Closes at once: answers that are still to come are dropped.
  void close();
  /// Whether it may make way for somebody else: nothing that was asked over it is being answered.
  bool idle() const { return socket_.is_open() && in_flight_ == 0; }
  /// When a message was completed, or a queue of answers emptied, for the last time.
  Instant last_progress() const { return last_progress_; }
  /// Closes, and gives the place back at once. Requires: idle().
  void make_way();

 private:
  void step();
  bool finished() const;
  bool has_room() const;
  Instant expiry() const;

  void read();
  void answer_received();
  std::optional<std::span<const std::uint8_t>> message_at(std::size_t offset) const;
  void answer(std::span<const std::uint8_t> message);
  void answer_later(std::span<const std::uint8_t> message, const ClientInfo& client,
                    QueryHandler::Later later);
  static Task<> finish(std::shared_ptr<TcpClient> self, std::vector<std::uint8_t> message, ClientInfo client,
                       QueryHandler::Later later);
  void queue_reply(std::span<const std::uint8_t> reply);
  void send();
  void await_input();
  void await_output();

  asio::ip::tcp::socket socket_;
  const asio::ip::tcp::endpoint peer_;
  std::optional<ConnectionLimits::Admission> admission_;  // until it has made way
  ArrivalCounters& arrivals_;
  TcpService& service_;
  Bell event_;  // Something can be read or written, an answer has come, or draining begins.
  std::vector<std::uint8_t> received_;  // The start of a message, or more while there is no room.
  std::vector<std::uint8_t> unsent_;    // Replies with their lengths.
  std::size_t cached_ = 0;              // replies from the cache since the last look at the time
  std::size_t in_flight_ = 0;
  Instant last_progress_;
  bool readable_ = false;
  bool awaiting_input_ = false;
  bool awaiting_output_ = false;
  bool draining_ = false;
  bool input_ended_ = false;
};

}  // namespace tributary::resolver
