#pragma once

#include <memory>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>

#include "base/clock.hpp"
#include "resolver/transport/connection_keeper.hpp"
#include "resolver/transport/outgoing_query.hpp"
#include "resolver/transport/plain_server.hpp"
#include "resolver/upstream/upstream.hpp"

namespace tributary::resolver {

class TcpConnection;

/// Plain DNS over TCP (RFC 7766), on one kept connection that all exchanges share.
///
/// The connection is opened by the first query; or, if it is to be kept warm, at the start, and again when it
/// has ended. A server that closes a connection with queries pending is asked these once more on a new one
/// (§6.2.4), and so is one that does not receive them any more. One that does not understand EDNS is asked
/// without it for a quarter of an hour (RFC 6891 §6.2.2).
class TcpTransport final : public Upstream {
 public:
  /// `clock` and `random` outlive the transport and the event loop.
  TcpTransport(asio::any_io_executor executor, Clock& clock, Random& random, PlainServer server,
               bool keep_warm = false);
  ~TcpTransport() override;

  void start() override;
  void network_changed() override;
  void count_connections(ConnectionCounters& counters) override { counters_ = &counters; }
  Task<ExchangeResult> exchange(Query query, Deadline deadline) override;

  /// One query as it stands but for its ID, and what the server says to it.
  asio::awaitable<tl::expected<Received, Failure>> ask(OutgoingQuery query, Deadline deadline);

 private:
  asio::awaitable<ExchangeResult> exchange_on_stream(Query query, Deadline deadline);
  std::shared_ptr<TcpConnection> usable_connection();
  std::shared_ptr<TcpConnection> connection_for_query();

  asio::any_io_executor executor_;
  Clock& clock_;
  Random& random_;
  PlainServer server_;
  bool keep_warm_;
  ConnectionCounters* counters_ = nullptr;
  std::weak_ptr<TcpConnection> connection_;  // owns itself; see there
  Instant no_edns_until_{};
  ConnectionKeeper keeper_;
};

}  // namespace tributary::resolver
