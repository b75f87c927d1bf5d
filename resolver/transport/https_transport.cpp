#include "resolver/transport/https_transport.hpp"

#include <algorithm>
#include <list>
#include <utility>

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

/// The requests that one query is at: one, or two while the first connection is in doubt.
class Attempts {
 public:
  Attempts(asio::any_io_executor executor, Clock& clock) : bell(std::move(executor), clock) {}

  void start(std::shared_ptr<HttpsConnection> connection, const Http2Request& message) {
    --left_;
    under_way_.emplace_back(std::move(connection), message, bell);
  }
  /// Whether nothing can be hoped for but from another one.
  bool wants_more() const {
    return std::ranges::all_of(under_way_, [](const HttpsRequest& one) { return one.in_doubt(); });
  }
  bool may_start() const { return left_ > 0 && !final_; }
  bool over() const { return under_way_.empty(); }

  /// The first answer there is. What was refused is forgotten, but for its reason.
  std::optional<HttpsRequest::Answer> take_answer();
  Failure failure(bool in_time) const { return in_time || over() ? failure_ : under_way_.back().lateness(); }

  Bell bell;  // outlives what is under way

 private:
  std::list<HttpsRequest> under_way_;
  int left_ = HttpsTransport::max_attempts;
  bool final_ = false;  // the server has refused it for good
  Failure failure_{Failure::Kind::timeout, "no response in time", {}};
};

std::optional<HttpsRequest::Answer> Attempts::take_answer() {
  for (auto one = under_way_.begin(); one != under_way_.end();) {
    if (!one->outcome()) {
      ++one;
      continue;
    }
    auto outcome = one->take_outcome();
    if (outcome) return std::move(*outcome);
    const auto& refusal = outcome.error();
    if (refusal.failure.kind == Failure::Kind::cancelled) {
      ++left_;  // That was us, not the server.
    } else {
      final_ = final_ || !refusal.unprocessed;
      failure_ = refusal.failure;
    }
    one = under_way_.erase(one);
  }
  return std::nullopt;
}

}  // namespace

HttpsTransport::HttpsTransport(asio::any_io_executor executor, Clock& clock, std::shared_ptr<TlsContext> tls,
                               HttpsOptions options)
    : executor_(std::move(executor)),
      keep_warm_(options.keep_warm),
      authority_(authority_of(options.host, options.port)),
      path_(std::move(options.path)),
      method_(options.method),
      keeper_(executor_, clock, authority_, [this] { return connection(); }) {
  const auto where = options.address ? options.address->to_string() : options.host;
  peer_.reset(new HttpsPeer{clock,
                            std::move(options.host),
                            options.port,
                            options.patience,
                            keep_warm_,
                            std::move(tls),
                            {executor_, clock, where, std::move(options.bootstrap)},
                            {},
                            keeper_.on_change()});
}

HttpsTransport::~HttpsTransport() {
  if (connection_) connection_->close();
}

void HttpsTransport::start() {
  if (keep_warm_) keeper_.start();
}

void HttpsTransport::network_changed() {
  peer_->bootstrap.network_changed();
  keeper_.forget_failures();
  if (const auto old = std::exchange(connection_, nullptr)) old->close();
}

Task<ExchangeResult> HttpsTransport::exchange(Query query, Deadline deadline) {
  return on_event_loop(executor_, exchange_on_stream(std::move(query), deadline));
}

asio::awaitable<ExchangeResult> HttpsTransport::exchange_on_stream(Query query, Deadline deadline) {
  const auto request = make_doh_request(query, method_, authority_, path_);
  Attempts attempts(executor_, peer_->clock);
  for (bool in_time = true;; in_time = !deadline.passed(peer_->clock.now())) {
    if (auto answer = attempts.take_answer()) {
      auto result = read_doh_response(std::move(answer->response), query);
      if (result) result->rtt = answer->rtt;
      co_return result;
    }
    if (in_time && attempts.wants_more() && attempts.may_start())
      attempts.start(connection_for_query(), request);
    if (!in_time || attempts.over()) co_return tl::unexpected(attempts.failure(in_time));
    co_await attempts.bell.wait_until(deadline.at());
  }
}

std::shared_ptr<HttpsConnection> HttpsTransport::connection_for_query() {
  const auto before = connection_;
  auto connection = this->connection();
  if (counters_ != nullptr && connection == before) counters_->reused.add();
  return connection;
}

std::shared_ptr<HttpsConnection> HttpsTransport::connection() {
  if (!connection_ || !connection_->takes_more()) {
    connection_ = HttpsConnection::start(executor_, peer_);
    if (counters_ != nullptr) counters_->opened.add();
  }
  return connection_;
}

}  // namespace tributary::resolver
