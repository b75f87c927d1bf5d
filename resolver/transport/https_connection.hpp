#pragma once

#include <array>
#include <chrono>
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
#include "resolver/transport/bootstrap.hpp"
#include "resolver/transport/http2_session.hpp"
#include "resolver/transport/tls_context.hpp"

namespace tributary::resolver {

/// How long a connection is patient.
struct HttpsPatience {
  Duration connect = std::chrono::seconds(3);      ///< For look-up, TCP and TLS together.
  Duration silence = std::chrono::seconds(1);      ///< Nothing heard while a request waits: PING.
  Duration ping_answer = std::chrono::seconds(1);  ///< Nothing heard after that: the connection is dead.
  Duration idle = std::chrono::seconds(60);        ///< Without requests it is closed.
};

/// A server, with what all connections of one worker to it share.
struct HttpsPeer {
  Clock& clock;
  std::string host;  ///< What the certificate must be for.
  std::uint16_t port;
  HttpsPatience patience;
  std::shared_ptr<TlsContext> tls;
  Bootstrap bootstrap;
  TlsSessions sessions;
};

/// One TLS connection that carries HTTP/2 requests, from connecting to its end. It is never opened again.
///
/// Three coroutines run it and keep it alive: one connects and then reads, one writes, one watches the time.
/// They end when the connection does. All calls from the executor's thread; the clock outlives it.
class HttpsConnection : public std::enable_shared_from_this<HttpsConnection> {
 public:
  /// A response, and how long it took on the ready connection.
  struct Answer {
    HttpResponse response;
    Duration rtt{};
  };
  /// Why there is none. `unprocessed`: the request may be sent again, on a new connection if this one takes
  /// no more. DNS queries are idempotent, so a connection that broke before the response counts too.
  struct Refusal {
    Failure failure;
    bool unprocessed = false;
  };

  /// Begins to connect.
  static std::shared_ptr<HttpsConnection> start(asio::any_io_executor executor,
                                                std::shared_ptr<HttpsPeer> peer);
  HttpsConnection(asio::any_io_executor executor, std::shared_ptr<HttpsPeer> peer);  ///< Use start().

  /// False when it is closed or the server has said GOAWAY.
  bool takes_requests() const;

  /// Sends `request` once the connection is ready and the server's limit of streams leaves room, in order of
  /// calling; waits for the response until `deadline`. Going away while waiting resets the stream.
  asio::awaitable<tl::expected<Answer, Refusal>> request(HttpRequest request, Deadline deadline);

  /// Ends the connection at once. Requests that wait are refused.
  void close();

 private:
  enum class State { connecting, open, closed };
  struct Turn;     // waits for readiness and room
  struct Pending;  // waits for its response

  static asio::awaitable<void> run(std::shared_ptr<HttpsConnection> self);
  static asio::awaitable<void> write(std::shared_ptr<HttpsConnection> self);
  static asio::awaitable<void> watch(std::shared_ptr<HttpsConnection> self);
  void spawn(asio::awaitable<void> part);

  asio::awaitable<tl::expected<void, Failure>> connect();
  asio::awaitable<tl::expected<void, Failure>> secure(asio::ip::tcp::socket socket);
  asio::awaitable<void> read();
  asio::awaitable<tl::expected<void, Refusal>> wait_for_turn(Deadline deadline);

  void heard(std::size_t octets);
  Instant next_check() const;
  void check_time();
  void leave_idle();
  void on_result(Http2Session::StreamId stream, StreamResult result);
  void call_next();
  void end(Failure::Kind kind, std::string detail);

  asio::any_io_executor executor_;
  std::shared_ptr<HttpsPeer> peer_;
  State state_ = State::connecting;
  Failure failure_;  // why it is closed
  bool was_open_ = false;
  Http2Session session_;
  std::optional<asio::ssl::stream<asio::ip::tcp::socket>> stream_;
  std::array<std::uint8_t, 16 * 1024> received_{};  // one TLS record
  Bell output_, time_;
  Instant connect_until_;
  std::optional<Instant> silent_since_;  // since when something is owed to us
  bool pinged_ = false;                  // in this silence
  Instant idle_since_;
  std::list<Turn*> turns_;
  std::unordered_map<Http2Session::StreamId, Pending*> pending_;
};

}  // namespace tributary::resolver
