#include "resolver/transport/tcp_transport.hpp"

#include "base/stream_task.hpp"
#include "resolver/transport/tcp_connection.hpp"

namespace tributary::resolver {

TcpTransport::TcpTransport(asio::any_io_executor executor, Clock& clock, Random& random, PlainServer server)
    : executor_(std::move(executor)), clock_(clock), random_(random), server_(std::move(server)) {}

TcpTransport::~TcpTransport() {
  if (const auto connection = connection_.lock()) connection->retire();
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
  const auto connection = usable_connection();
  auto received = co_await connection->ask(query, deadline);
  const bool lost = !received && received.error().kind == Failure::Kind::network;
  if (!lost || !connection->was_established()) co_return received;
  const auto next = usable_connection();
  co_return co_await next->ask(query, deadline);
}

std::shared_ptr<TcpConnection> TcpTransport::usable_connection() {
  auto connection = connection_.lock();
  if (!connection || !connection->takes_more()) {
    connection =
        TcpConnection::open(executor_, clock_, random_, {server_.address.address, server_.address.port});
    connection_ = connection;
  }
  return connection;
}

}  // namespace tributary::resolver
