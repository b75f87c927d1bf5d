#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/ip/address.hpp>

#include "base/clock.hpp"
#include "policy/config.hpp"
#include "resolver/transport/connection_keeper.hpp"
#include "resolver/transport/https_connection.hpp"
#include "resolver/transport/tls_context.hpp"
#include "resolver/upstream/upstream.hpp"

namespace tributary::resolver {

struct HttpsOptions {
  std::string host;  ///< A name, or an address literal: what the certificate must be for.
  std::uint16_t port = 443;
  std::string path = "/dns-query";
  policy::HttpMethod method = policy::HttpMethod::post;
  std::vector<policy::SocketAddress> bootstrap;  ///< Asked for the addresses of `host`.
  std::optional<asio::ip::address> address;      ///< Connect here, without asking.
  bool keep_warm = true;  ///< A connection is opened at the start, and kept ready while nobody asks.
  HttpsPatience patience;
};

/// DNS over HTTPS (RFC 8484) on one kept HTTP/2 connection.
///
/// The connection is made at the start when it is to be kept warm, else when the first query comes, and anew
/// when it has ended; queries that come meanwhile wait for it together, each until its deadline. A query that
/// the server did not process (GOAWAY, REFUSED_STREAM, the connection broke) is sent again, at most twice; so
/// it is, on another connection, when the server gives no sign of life, and the first of both answers counts.
/// Never in clear text, never without a
/// verified certificate.
class HttpsTransport final : public Upstream {
 public:
  static constexpr int max_attempts = 3;

  /// `tls` may be shared by workers. `clock` outlives the transport and the event loop's coroutines.
  HttpsTransport(asio::any_io_executor executor, Clock& clock, std::shared_ptr<TlsContext> tls,
                 HttpsOptions options);
  ~HttpsTransport() override;

  Channel channel() const override { return Channel::authenticated; }
  void start() override;
  void network_changed() override;
  void count_connections(ConnectionCounters& counters) override { counters_ = &counters; }

  Task<ExchangeResult> exchange(Query query, Deadline deadline) override;

 private:
  asio::awaitable<ExchangeResult> exchange_on_stream(Query query, Deadline deadline);
  std::shared_ptr<HttpsConnection> connection();
  std::shared_ptr<HttpsConnection> connection_for_query();

  asio::any_io_executor executor_;
  bool keep_warm_;
  std::shared_ptr<HttpsPeer> peer_;
  std::string authority_;
  std::string path_;
  policy::HttpMethod method_;
  ConnectionCounters* counters_ = nullptr;
  std::shared_ptr<HttpsConnection> connection_;  // the kept one; null before the first query
  ConnectionKeeper keeper_;
};

}  // namespace tributary::resolver
