#pragma once

#include <optional>

#include <asio/any_io_executor.hpp>
#include <asio/ip/udp.hpp>

#include "base/clock.hpp"
#include "base/counter.hpp"
#include "resolver/transport/outgoing_query.hpp"
#include "resolver/transport/plain_server.hpp"
#include "resolver/transport/tcp_transport.hpp"
#include "resolver/transport/udp_socket.hpp"
#include "resolver/transport/upstream_cookies.hpp"
#include "resolver/upstream/upstream.hpp"

namespace tributary::resolver {

/// What one UdpTransport has counted.
struct UdpCounters {
  Counter sent;                                 ///< Datagrams, repeated ones included.
  Counter wrong_id, wrong_question, malformed;  ///< Discarded.
  Counter doubtful;                             ///< Wrong case or missing cookie: asked again over TCP.
  Counter truncated;                            ///< TC: asked again over TCP.
};

/// Plain DNS over UDP, each query from a socket and port of its own, and over TCP where UDP does not do.
///
/// What comes back is discarded while the wait goes on when its ID or question is not the query's or it is
/// malformed. The rest is
///  - truncated: asked over TCP; the truncated reply is returned only when that fails;
///  - EDNS declined: asked once more without it, even if DO was wanted: validation sees for itself that the
///    signatures are missing. When that is answered, EDNS stays off for a quarter of an hour. A server that
///    uses cookies speaks EDNS and is not believed to decline it;
///  - BADCOOKIE: asked once more with the new cookie, then over TCP (RFC 7873 §5.3);
///  - doubtful: all is right but the case of the letters, or the cookie that this server used to send. Either
///    somebody forged it, or the server is not (any more) what we took it for. TCP, which cannot be forged
///    from off the path, answers the client and decides: when its reply has the same flaw, the server does
///    not keep the case (remembered for an hour) or has given up cookies. When there is no reply over TCP
///    within half of the time left, the question goes out once more over UDP, from a new port with a new ID,
///    without random case and cookie, and nothing is remembered: to use this, an attacker has to guess ID
///    and port twice in a row, and gains one query.
/// An unanswered query is sent again after 400 ms, 800 ms more, and so on: datagrams do get lost.
class UdpTransport final : public Upstream {
 public:
  /// `clock` and `random` outlive the transport and the event loop.
  UdpTransport(asio::any_io_executor executor, Clock& clock, Random& random, PlainServer server);

  asio::awaitable<ExchangeResult> exchange(Query query, Deadline deadline) override;

  const UdpCounters& counters() const { return counters_; }

 private:
  enum class Step { accept, ask_without_edns, ask_with_new_cookie, ask_over_tcp, confirm_over_tcp };

  /// How an exchange asks by now.
  struct Approach {
    Manner manner;
    bool cookies = true;
    bool cookie_renewed = false;
    bool edns_declined = false;
  };

  Approach usual_approach() const;
  asio::awaitable<tl::expected<Received, Failure>> ask(UdpSocket& socket, const OutgoingQuery& query,
                                                       Deadline deadline);
  bool may_serve(Match match);

  Step judge(const OutgoingQuery& query, const Received& received, const Approach& approach);
  Reply accept(const OutgoingQuery& query, Received received, const Approach& approach);
  /// The reply over TCP; `instead` when there is none.
  asio::awaitable<ExchangeResult> ask_over_tcp(Query query, Manner manner, Deadline deadline, Reply instead);
  /// The reply over TCP, from which is learnt; nothing when there is none.
  asio::awaitable<std::optional<Reply>> confirm_over_tcp(Query query, Manner manner, Deadline deadline);
  void learn(const Received& received, const Manner& manner);

  asio::any_io_executor executor_;
  Clock& clock_;
  Random& random_;
  PlainServer server_;
  TcpTransport tcp_;
  UpstreamCookies cookies_;
  Instant case_not_kept_until_{};
  Instant no_edns_until_{};
  UdpCounters counters_;
  std::array<std::uint8_t, UdpSocket::largest_datagram> received_;  // shared: copied before anybody waits
};

}  // namespace tributary::resolver
