#include "resolver/transport/udp_transport.hpp"

#include <algorithm>

#include <asio/this_coro.hpp>

#include "resolver/transport/udp_socket.hpp"

namespace tributary::resolver {
namespace {

constexpr std::chrono::milliseconds first_patience{400};
constexpr std::chrono::hours case_not_kept_for{1};

tl::unexpected<Failure> network_failure(const asio::error_code& error) {
  return tl::unexpected(Failure{Failure::Kind::network, error.message(), {}});
}

}  // namespace

UdpTransport::UdpTransport(asio::any_io_executor executor, Clock& clock, Random& random, PlainServer server)
    : executor_(executor),
      clock_(clock),
      random_(random),
      server_(server),
      tcp_(executor, clock, random, server),
      cookies_(random) {}

UdpTransport::Approach UdpTransport::usual_approach() const {
  Approach approach;
  approach.manner.recursion_desired = !server_.authority;
  approach.manner.random_case = clock_.now() >= case_not_kept_until_;
  approach.manner.edns = clock_.now() >= no_edns_until_;
  return approach;
}

asio::awaitable<ExchangeResult> UdpTransport::exchange(Query query, Deadline deadline) {
  const asio::ip::udp::endpoint server(server_.address.address, server_.address.port);
  Approach approach = usual_approach();
  Manner& manner = approach.manner;
  while (true) {
    auto socket = UdpSocket::open(executor_, clock_, random_, server);
    if (!socket) co_return network_failure(socket.error());
    manner.cookie.clear();
    if (manner.edns && approach.cookies) {
      manner.cookie = cookies_.to_send(socket->local_address(), clock_.now());
    }
    const OutgoingQuery outgoing(query, manner, random_);
    auto received = co_await ask(*socket, outgoing, deadline);
    if (!received) co_return tl::unexpected(received.error());
    switch (judge(outgoing, *received, approach)) {
      case Step::accept:
        co_return accept(outgoing, std::move(*received), approach);
      case Step::ask_over_tcp:
        co_return co_await ask_over_tcp(query, manner, deadline,
                                        accept(outgoing, std::move(*received), approach));
      case Step::ask_without_edns:
        manner.edns = false;
        approach.edns_declined = true;
        break;
      case Step::ask_with_new_cookie:
        approach.cookie_renewed = true;
        break;
      case Step::confirm_over_tcp:
        auto confirmed = co_await confirm_over_tcp(query, manner, deadline);
        if (confirmed) co_return std::move(*confirmed);
        manner.random_case = false;
        approach.cookies = false;
        break;
    }
  }
}

asio::awaitable<tl::expected<Received, Failure>> UdpTransport::ask(UdpSocket& socket,
                                                                   const OutgoingQuery& query,
                                                                   Deadline deadline) {
  Duration patience = first_patience;
  Instant sent{};
  Instant send_at = clock_.now();
  while (true) {
    if (const Instant now = clock_.now(); now >= send_at) {
      if (const auto error = socket.send(query.wire())) co_return network_failure(error);
      counters_.sent.add();
      sent = now;
      send_at = now + std::exchange(patience, 2 * patience);
    }
    co_await socket.wait_readable(deadline.sooner(send_at).at());
    const auto datagram = socket.receive(received_);
    if (!datagram) co_return network_failure(datagram.error());
    if (*datagram) {
      const Match match = query.match(**datagram);
      if (may_serve(match)) {
        co_return Received{match, {(*datagram)->begin(), (*datagram)->end()}, clock_.now() - sent};
      }
    }
    if ((co_await asio::this_coro::cancellation_state).cancelled() != asio::cancellation_type::none) {
      co_return tl::unexpected(Failure{Failure::Kind::cancelled, "cancelled", {}});
    }
    if (deadline.passed(clock_.now())) {
      co_return tl::unexpected(Failure{Failure::Kind::timeout, "no reply over UDP", {}});
    }
  }
}

bool UdpTransport::may_serve(Match match) {
  switch (match) {
    case Match::wrong_id:
      counters_.wrong_id.add();
      return false;
    case Match::wrong_question:
      counters_.wrong_question.add();
      return false;
    case Match::malformed:
      counters_.malformed.add();
      return false;
    case Match::reply:
    case Match::bare_error:
    case Match::wrong_case:
      return true;
  }
  return false;
}

UdpTransport::Step UdpTransport::judge(const OutgoingQuery& query, const Received& received,
                                       const Approach& approach) {
  const auto message = dns::MessageView::parse(received.message);
  const bool with_cookie = !approach.manner.cookie.empty();
  const bool declined = query.edns_declined_by(received);
  const bool cookie_missing =
      with_cookie && (declined ? cookies_.server_uses_them()
                               : message && !cookies_.accept(*message, approach.manner.cookie));
  if (received.match == Match::wrong_case || cookie_missing) {
    counters_.doubtful.add();
    return Step::confirm_over_tcp;
  }
  if (declined) return Step::ask_without_edns;
  if (!message) return Step::accept;
  if (with_cookie && message->rcode() == dns::Rcode::BADCOOKIE) {
    return approach.cookie_renewed ? Step::ask_over_tcp : Step::ask_with_new_cookie;
  }
  if (!message->header().truncated) return Step::accept;
  counters_.truncated.add();
  return Step::ask_over_tcp;
}

Reply UdpTransport::accept(const OutgoingQuery& query, Received received, const Approach& approach) {
  if (approach.edns_declined && received.match == Match::reply) {
    no_edns_until_ = clock_.now() + edns_refusal_kept;
  }
  return query.to_reply(std::move(received), server_.authority);
}

asio::awaitable<ExchangeResult> UdpTransport::ask_over_tcp(Query query, Manner manner, Deadline deadline,
                                                           Reply instead) {
  const OutgoingQuery outgoing(query, manner, random_);
  auto received = co_await tcp_.ask(outgoing, deadline);
  if (received) co_return outgoing.to_reply(std::move(*received), server_.authority);
  if (received.error().kind == Failure::Kind::cancelled) co_return tl::unexpected(received.error());
  co_return instead;
}

asio::awaitable<std::optional<Reply>> UdpTransport::confirm_over_tcp(Query query, Manner manner,
                                                                     Deadline deadline) {
  const Instant now = clock_.now();
  const OutgoingQuery outgoing(query, manner, random_);
  auto received = co_await tcp_.ask(outgoing, Deadline(now + deadline.remaining(now) / 2));
  if (!received) co_return std::nullopt;
  learn(*received, manner);
  // It really does not speak EDNS any more: let UDP find out how it is to be asked.
  if (outgoing.edns_declined_by(*received)) co_return std::nullopt;
  co_return outgoing.to_reply(std::move(*received), server_.authority);
}

void UdpTransport::learn(const Received& received, const Manner& manner) {
  if (received.match == Match::wrong_case) case_not_kept_until_ = clock_.now() + case_not_kept_for;
  const auto message = dns::MessageView::parse(received.message);
  if (manner.cookie.empty()) return;
  if (!message || !cookies_.accept(*message, manner.cookie)) cookies_.forget();
}

}  // namespace tributary::resolver
