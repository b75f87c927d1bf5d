#include "resolver/transport/tcp_transport.hpp"

#include <utility>

#include "base/stream_task.hpp"
#include "resolver/transport/tcp_connection.hpp"

namespace tributary::resolver {

TcpTransport::TcpTransport(asio::any_io_executor executor, Clock& clock, Random& random, PlainServer server,
                           bool keep_warm)
    : executor_(std::move(executor)),
      clock_(clock),
      random_(random),
      server_(std::move(server)),
      keep_warm_(keep_warm),
      keeper_(executor_, clock, server_.address.to_text(), [this] { return usable_connection(); }) {}

TcpTransport::~TcpTransport() {
  if (const auto connection = connection_.lock()) connection->retire();
}

void TcpTransport::start() {
  if (keep_warm_) keeper_.start();
}

void TcpTransport::network_changed() {
  keeper_.forget_failures();
  const auto old = std::exchange(connection_, {}).lock();
  if (old) old->abandon();
}

Task<ExchangeResult> TcpTransport::exchange(Query query, Deadline deadline) {
  return on_event_loop(executor_, exchange_on_stream(std::move(query), deadline));
}

asio::awaitable<ExchangeResult> TcpTransport::exchange_on_stream(Query query, Deadline deadline) {
  Manner manner;
  manner.recursion_desired = !server_.authority;
  manner.random_case = false;  // Nobody off the path can forge a reply here.
  manner.edns = clock_.now() >= no_edns_until_;
  OutgoingQuery outgoing(query, manner, random_);
  auto received = co_await ask(outgoing, deadline);
  if (received && outgoing.edns_declined_by(*received)) {
    manner.edns = false;
    outgoing = OutgoingQuery(query, manner, random_);
    received = co_await ask(outgoing, deadline);
    if (received && received->match == Match::reply) no_edns_until_ = clock_.now() + edns_refusal_kept;
  }
  if (!received) co_return tl::unexpected(received.error());
  co_return outgoing.to_reply(std::move(*received), server_.authority);
}

asio::awaitable<tl::expected<Received, Failure>> TcpTransport::ask(OutgoingQuery query, Deadline deadline) {
  for (bool repeated = false;;) {
    const auto connection = connection_for_query();
    auto received = co_await connection->ask(query, deadline);
    if (received) co_return received;
    const auto kind = received.error().kind;
    if (kind == Failure::Kind::cancelled) continue;  // The network has changed.
    const bool lost = kind == Failure::Kind::network && connection->was_established();
    if (!lost || std::exchange(repeated, true)) co_return received;
  }
}

std::shared_ptr<TcpConnection> TcpTransport::connection_for_query() {
  const auto before = connection_.lock();
  auto connection = usable_connection();
  if (counters_ != nullptr && connection == before) counters_->reused.add();
  return connection;
}

std::shared_ptr<TcpConnection> TcpTransport::usable_connection() {
  auto connection = connection_.lock();
  if (!connection || !connection->takes_more()) {
    if (connection) connection->retire();  // It may be full for a moment only, and would be kept for ever.
    connection = TcpConnection::open(
        executor_, clock_, random_,
        {{server_.address.address, server_.address.port}, keep_warm_, keeper_.on_change()});
    connection_ = connection;
    if (counters_ != nullptr) counters_->opened.add();
  }
  return connection;
}

}  // namespace tributary::resolver
