#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "base/counter.hpp"
#include "resolver/transport/outgoing_query.hpp"
#include "resolver/transport/plain_server.hpp"
#include "resolver/transport/tcp_transport.hpp"
#include "resolver/transport/udp_ports.hpp"
#include "resolver/transport/upstream_cookies.hpp"
#include "resolver/upstream/upstream.hpp"
#include "resolver/upstream/worker_tools.hpp"

namespace tributary::resolver {

/// What one UdpTransport has counted.
struct UdpCounters {
  Counter sent;                       ///< Datagrams, repeated ones included.
  Counter wrong_question, malformed;  ///< Discarded.
  Counter doubtful;                   ///< Wrong case or missing cookie: asked again over TCP.
  Counter truncated;                  ///< TC, or too large: asked again over TCP.
  Counter injected;                   ///< Second replies that contradict the first.
};

/// Plain DNS over UDP, from ports that cannot be foreseen, and over TCP where UDP does not do.
///
/// What comes back is discarded while the wait goes on when its ID or question is not the query's or it is
/// malformed. The rest is
///  - truncated, or larger than was asked for: asked over TCP; a truncated reply is returned only when that
///  fails.
///    What is so large may have come in fragments, of which whoever forges one need not guess anything (RFC
///    9715);
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
///
/// An error (FORMERR, NOTIMP, REFUSED, SERVFAIL) is held for 20 to 50 ms, as long again as it took to come:
/// what comes meanwhile and is none is the reply. Whoever sends an error as soon as he has guessed ID and
/// port gets nowhere by that, unless he is that much faster than the server; and with a false answer he would
/// have got further anyway.
///
/// When a second, different reply comes to a query that was sent once, somebody on the path forges, and the
/// forger may have been first. It is counted and logged, and the name is noted (`InjectedNames`): such a name
/// is asked over TCP from the start, where being first is not enough. There is no way back to UDP for it.
class UdpTransport final : public Upstream {
 public:
  UdpTransport(WorkerTools tools, PlainServer server, policy::PortMode ports);

  Task<ExchangeResult> exchange(Query query, Deadline deadline) override;
  void network_changed() override;
  void when_injected(std::function<void()> told) override { on_injection_ = std::move(told); }
  /// Those over TCP, to which it turns for what UDP does not carry.
  void count_connections(ConnectionCounters& counters) override { tcp_.count_connections(counters); }

  const UdpCounters& counters() const { return counters_; }
  /// Datagrams discarded because they bore no ID that was waited for.
  std::uint64_t wrong_ids() const { return udp_.strays.get(); }

 private:
  enum class Step { accept, ask_without_edns, ask_with_new_cookie, ask_over_tcp, confirm_over_tcp };

  /// How an exchange asks by now.
  struct Approach {
    Manner manner;
    bool cookies = true;
    bool cookie_renewed = false;
    bool edns_declined = false;
  };

  Approach usual_approach(Instant now) const;
  Cookie cookie_at(Instant now);
  /// What came back, and what is to be done next.
  struct Heard {
    Step step;
    Received received;
  };

  /// Sends `query` from `port`, at `now` and again, until something comes that may serve.
  Task<tl::expected<Heard, Failure>> ask(UdpPort* port, const OutgoingQuery* query, const Approach* approach,
                                         Instant now, Deadline deadline);
  static bool is_doubtful(const Heard& heard);
  bool may_serve(Match match);
  bool is_suspicious(const dns::Name& name, Instant now) const;
  void on_second_reply(const RecentReplies::Reply& first, std::span<const std::uint8_t> second);
  void report_injection(const dns::MessageView& first, const dns::MessageView& second, Instant now);
  tl::unexpected<Failure> no_port(const asio::error_code& error, Instant now);

  /// `message` is null if what came back cannot be parsed.
  Step judge(const OutgoingQuery& query, Match match, const dns::MessageView* message,
             const Approach& approach);
  Reply accept(const OutgoingQuery& query, Received received, const Approach& approach);
  /// The reply over TCP; `instead` when there is none.
  Task<ExchangeResult> ask_over_tcp(Query query, Manner manner, Deadline deadline, Reply instead);
  /// The reply over TCP, from which is learnt; nothing when there is none.
  Task<std::optional<Reply>> confirm_over_tcp(Query query, Manner manner, Deadline deadline);
  void learn(const Received& received, const Manner& manner);

  WorkerTools tools_;
  PlainServer server_;
  UdpServer udp_;
  std::unique_ptr<UdpPorts> ports_;
  TcpTransport tcp_;
  UpstreamCookies cookies_;
  asio::ip::address local_;  // ours towards the server
  Instant look_at_local_at_{};
  Instant case_not_kept_until_{};
  Instant no_edns_until_{};
  std::uint32_t networks_ = 0;  // changes of the network
  std::function<void()> on_injection_ = [] {};
  Instant log_again_at_{}, log_shortage_at_{};
  UdpCounters counters_;
};

}  // namespace tributary::resolver
