#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ssl/stream.hpp>
#include <tl/expected.hpp>

#include "base/clock.hpp"
#include "resolver/transport/connect_race.hpp"
#include "resolver/transport/http2_session.hpp"
#include "resolver/transport/https_peer.hpp"
#include "resolver/transport/https_request.hpp"
#include "resolver/transport/kept_connection.hpp"

namespace tributary::resolver {

/// One TLS connection that carries HTTP/2 requests, from connecting to its end. It is never opened again.
///
/// Three coroutines run it and keep it alive: one connects and then reads, one writes, one watches the time.
/// They end when the connection does. All calls from the executor's thread; the clock outlives it.
///
/// A server that gives no sign of life while a request waits is sent a PING. When that is not answered
/// either, the connection is in doubt: it takes no more requests, but those that were sent may still be
/// answered; it ends with the last of them, or when the PING has been without an answer for too long.
class HttpsConnection final : public KeptConnection, public std::enable_shared_from_this<HttpsConnection> {
 public:
  /// Begins to connect: to one address of the host after the other, until TLS succeeds with one.
  static std::shared_ptr<HttpsConnection> start(asio::any_io_executor executor,
                                                std::shared_ptr<HttpsPeer> peer);
  HttpsConnection(asio::any_io_executor executor, std::shared_ptr<HttpsPeer> peer);  ///< Use start().

  /// False when it is closed or in doubt, or the server has said GOAWAY.
  bool takes_more() const override;
  bool was_established() const override { return was_open_; }
  const Failure& failure() const override { return failure_; }
  bool in_doubt() const { return in_doubt_; }

  /// Ends the connection at once. Requests that wait are refused, as unprocessed.
  void close();

 private:
  friend class HttpsRequest;
  enum class State { connecting, open, closed };

  static asio::awaitable<void> run(std::shared_ptr<HttpsConnection> self);
  static asio::awaitable<void> write(std::shared_ptr<HttpsConnection> self);
  static asio::awaitable<void> watch(std::shared_ptr<HttpsConnection> self);
  void spawn(asio::awaitable<void> part);

  asio::awaitable<tl::expected<void, Failure>> connect();
  asio::awaitable<tl::expected<void, Failure>> secure(Connected connected, asio::ssl::context& context);
  asio::awaitable<asio::error_code> shake_hands();
  asio::awaitable<void> read();
  void heard(std::size_t octets);

  Instant next_check() const;
  void check_time();
  void check_connecting(Instant now);
  Duration time_for_ping();
  void ping();
  void begin_to_doubt();
  void end_if_deserted();
  void leave_idle();

  void join(HttpsRequest& request);
  void leave(HttpsRequest& request);
  void send(HttpsRequest& request);
  void serve_queue();
  void refuse_queue();
  void on_result(Http2Session::StreamId stream, StreamResult result);
  HttpsRequest::Refusal refusal() const;
  void end(Failure::Kind kind, std::string detail);

  asio::any_io_executor executor_;
  std::shared_ptr<HttpsPeer> peer_;
  State state_ = State::connecting;
  std::string step_ = "connecting";  // what is being done before it is open
  Failure failure_;                  // why it is closed
  bool was_open_ = false;
  bool in_doubt_ = false;
  Http2Session session_;
  std::optional<asio::ssl::stream<asio::ip::tcp::socket>> stream_;
  std::array<std::uint8_t, 16 * 1024> received_{};  // one TLS record
  Bell output_, time_;
  Instant connect_until_;
  Instant handshake_until_ = Instant::max();
  std::optional<Instant> silent_since_;  // since when something is owed to us
  std::optional<Instant> pinged_at_;     // and nothing was heard since
  Duration ping_time_{};                 // without an answer for so long, we doubt
  Instant next_ping_;                    // not before
  Instant idle_since_;
  std::list<HttpsRequest*> queue_;
  std::unordered_map<Http2Session::StreamId, HttpsRequest*> sent_;
};

}  // namespace tributary::resolver
