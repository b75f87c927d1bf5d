#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <asio/io_context.hpp>

#include "tests/support/certificates.hpp"

namespace tributary::test {

/// What a server received.
struct ServerRequest {
  std::string method, path, accept, content_type;
  std::vector<std::uint8_t> body;
  std::size_t connection = 0;  ///< Counts from 1.
  std::size_t number = 0;      ///< On its connection; counts from 1.
};

/// What it does about it.
struct ServerAction {
  enum class Kind {
    respond,
    go_away,  ///< Respond, and process no later request: GOAWAY.
    refuse,   ///< RST_STREAM(REFUSED_STREAM)
    reset,    ///< RST_STREAM(INTERNAL_ERROR)
    ignore,
    hang_up,  ///< Close the connection.
  };
  Kind kind = Kind::respond;
  std::string status = "200";
  std::vector<std::pair<std::string, std::string>> fields{{"content-type", "application/dns-message"}};
  std::vector<std::uint8_t> body;
};

/// The reply that says nothing but that it is one: the query with QR set. GET and POST.
ServerAction echo(const ServerRequest& request);

struct ServerOptions {
  Certificate certificate;
  bool tls = true;      ///< false: accepts TCP connections and stays silent.
  bool http2 = true;    ///< false: does not offer HTTP/2 in ALPN.
  bool answers = true;  ///< false: after the handshake it reads and says nothing, not even SETTINGS.
  std::uint32_t max_streams = 1000;
  std::function<ServerAction(const ServerRequest&)> action = echo;
};

/// A DNS over HTTPS server on loopback, for one test, on the test's own event loop.
class HttpsServer {
 public:
  HttpsServer(asio::io_context& loop, ServerOptions options);
  ~HttpsServer();
  HttpsServer(const HttpsServer&) = delete;
  HttpsServer& operator=(const HttpsServer&) = delete;

  std::uint16_t port() const;
  std::size_t connections() const;       ///< Accepted so far.
  std::size_t open_connections() const;  ///< Accepted, and not ended yet.
  std::size_t handshakes() const;        ///< Completed.
  std::size_t resumed() const;           ///< Of them, those that resumed a TLS session.
  std::size_t pings() const;             ///< Received, not answers.
  const std::vector<ServerRequest>& requests() const;
  /// The connections that there are now stay open, but nothing that comes is looked at or answered any more.
  void fall_silent();
  /// Closes all connections.
  void hang_up();

 private:
  struct State;
  struct Connection;
  std::shared_ptr<State> state_;
};

}  // namespace tributary::test
