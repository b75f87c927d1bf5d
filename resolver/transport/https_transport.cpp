#include "resolver/transport/https_transport.hpp"

#include <fmt/format.h>

#include "base/stream_task.hpp"
#include "resolver/transport/dns_over_http.hpp"

namespace tributary::resolver {

namespace {

/// The :authority of requests (RFC 9113 §8.3.1).
std::string authority_of(const std::string& host, std::uint16_t port) {
  const auto bracketed = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return port == 443 ? bracketed : fmt::format("{}:{}", bracketed, port);
}

}  // namespace

HttpsTransport::HttpsTransport(asio::any_io_executor executor, Clock& clock, std::shared_ptr<TlsContext> tls,
                               HttpsOptions options)
    : executor_(std::move(executor)),
      authority_(authority_of(options.host, options.port)),
      path_(std::move(options.path)),
      method_(options.method) {
  const auto where = options.address ? options.address->to_string() : options.host;
  peer_.reset(new HttpsPeer{clock,
                            std::move(options.host),
                            options.port,
                            options.patience,
                            std::move(tls),
                            {executor_, clock, where, std::move(options.bootstrap)},
                            {}});
}

HttpsTransport::~HttpsTransport() {
  if (connection_) connection_->close();
}

Task<ExchangeResult> HttpsTransport::exchange(Query query, Deadline deadline) {
  return on_event_loop(executor_, exchange_on_stream(std::move(query), deadline));
}

asio::awaitable<ExchangeResult> HttpsTransport::exchange_on_stream(Query query, Deadline deadline) {
  const auto request = make_doh_request(query, method_, authority_, path_);
  for (int attempt = 1;; ++attempt) {
    auto answer = co_await connection()->request(request, deadline);
    if (answer) {
      auto result = read_doh_response(std::move(answer->response), query);
      if (result) result->rtt = answer->rtt;
      co_return result;
    }
    if (!answer.error().unprocessed || attempt == max_attempts) {
      co_return tl::unexpected(std::move(answer.error().failure));
    }
  }
}

std::shared_ptr<HttpsConnection> HttpsTransport::connection() {
  if (!connection_ || !connection_->takes_requests()) connection_ = HttpsConnection::start(executor_, peer_);
  return connection_;
}

}  // namespace tributary::resolver
