#include "resolver/transport/udp_transport.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/stream_task.hpp"
#include "resolver/transport/fresh_ports.hpp"
#include "resolver/transport/network_error.hpp"
#include "resolver/transport/port_pool.hpp"
#include "resolver/transport/reply_difference.hpp"

namespace tributary::resolver {
namespace {

constexpr std::chrono::milliseconds first_patience{400};
constexpr std::chrono::hours case_not_kept_for{1};
/// How long our address towards the server is taken for the same: a moment, in which no cookie is worth
/// following.
constexpr std::chrono::seconds local_address_kept{1};
/// How long after a reply a second one is compared with it.
constexpr std::chrono::seconds compared_for{2};
constexpr std::chrono::seconds injections_logged_every{10}, shortages_logged_every{10};
/// How long after an error its contrary is waited for: as long again as the error took, within these bounds.
constexpr std::chrono::milliseconds least_doubt{20}, most_doubt{50};

tl::unexpected<Failure> network_failure(const asio::error_code& error) {
  return tl::unexpected(Failure{kind_of(error), error.message(), {}});
}

/// Says what TC says, whether the server has said so or not. Requires: a whole header.
Received cut_off(Received received) {
  received.message[2] |= 0x02;
  return received;
}

std::unique_ptr<UdpPorts> make_ports(policy::PortMode mode, UdpServer& server, const WorkerTools& tools) {
  if (mode == policy::PortMode::pool) return std::make_unique<PortPool>(server, tools.random);
  return std::make_unique<FreshPorts>(server, tools.random, ephemeral_ports(), tools.spare_ports);
}

}  // namespace

UdpTransport::UdpTransport(WorkerTools tools, PlainServer server, policy::PortMode ports)
    : tools_(tools),
      server_(server),
      udp_{{server.address.address, server.address.port}, UdpPoller(tools.executor), {}, {}},
      ports_(make_ports(ports, udp_, tools)),
      tcp_(tools.executor, tools.clock, tools.random, server),
      cookies_(tools.random) {
  udp_.on_second = [this](const RecentReplies::Reply& first, std::span<const std::uint8_t> second) {
    on_second_reply(first, second);
  };
}

UdpTransport::Approach UdpTransport::usual_approach(Instant now) const {
  Approach approach;
  approach.manner.recursion_desired = !server_.authority;
  approach.manner.random_case = now >= case_not_kept_until_;
  approach.manner.edns = now >= no_edns_until_;
  return approach;
}

Cookie UdpTransport::cookie_at(Instant now) {
  if (now >= look_at_local_at_) {
    local_ = UdpSocket::local_address_towards(udp_.endpoint);
    look_at_local_at_ = now + local_address_kept;
  }
  return cookies_.to_send(local_, now);
}

Task<ExchangeResult> UdpTransport::exchange(Query query, Deadline deadline) {
  Instant now = tools_.clock.now();
  if (is_suspicious(query.question.name, now)) co_return co_await tcp_.exchange(std::move(query), deadline);
  Approach approach = usual_approach(now);
  Manner& manner = approach.manner;
  for (;; now = tools_.clock.now()) {
    UdpPort port(*ports_, tools_.timers);
    if (const auto error = port.open(now, tools_.random)) co_return no_port(error, now);
    manner.cookie = manner.edns && approach.cookies ? cookie_at(now) : Cookie();
    OutgoingQuery outgoing(query, manner, tools_.random);
    outgoing.renumber(port.id());
    const auto network = networks_;
    auto heard = co_await ask(&port, &outgoing, &approach, now, deadline);
    if (!heard && network != networks_) continue;
    if (!heard) co_return tl::unexpected(heard.error());
    switch (heard->step) {
      case Step::accept:
        co_return accept(outgoing, std::move(heard->received), approach);
      case Step::ask_over_tcp:
        co_return co_await ask_over_tcp(query, manner, deadline,
                                        accept(outgoing, cut_off(std::move(heard->received)), approach));
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

Task<tl::expected<UdpTransport::Heard, Failure>> UdpTransport::ask(UdpPort* port, const OutgoingQuery* query,
                                                                   const Approach* approach, Instant now,
                                                                   Deadline deadline) {
  Duration patience = first_patience;
  int sendings = 0;
  Instant sent = now;
  std::optional<Heard> error;
  for (Instant send_at = now; !deadline.passed(now); now = tools_.clock.now()) {
    if (now >= send_at && !error) {
      if (const auto failed = port->send(query->wire())) co_return network_failure(failed);
      counters_.sent.add();
      ++sendings;
      sent = now;
      send_at = now + std::exchange(patience, 2 * patience);
    }
    const auto arrival = co_await port->arrival(error ? deadline.at() : deadline.sooner(send_at).at());
    if (!arrival && error) break;
    if (!arrival) co_return network_failure(arrival.error());
    if (!*arrival) continue;
    std::optional<dns::MessageView> message;  // where it arrived
    const Match match = query->match(**arrival, message);
    if (!may_serve(match)) continue;
    const Step step = judge(*query, match, message ? &*message : nullptr, *approach);
    now = tools_.clock.now();
    // To a query that was sent twice, two replies may come that are both right.
    if (sendings == 1 && error) on_second_reply({.at = now, .message = error->received.message}, **arrival);
    if (sendings == 1 && !error) port->remember(**arrival, now);
    Heard heard{step, {match, {(*arrival)->begin(), (*arrival)->end()}, now - sent}};
    if (!is_doubtful(heard)) co_return heard;
    if (error) continue;
    deadline = deadline.sooner(now + std::clamp<Duration>(now - sent, least_doubt, most_doubt));
    error = std::move(heard);
  }
  if (error) co_return std::move(*error);
  co_return tl::unexpected(Failure{Failure::Kind::timeout, "no reply over UDP", {}});
}

/// An error that would be believed: TCP has not been asked for what to make of it.
bool UdpTransport::is_doubtful(const Heard& heard) {
  if (heard.step != Step::accept && heard.step != Step::ask_without_edns) return false;
  return is_refusal(dns::read_header(heard.received.message)->rcode);
}

void UdpTransport::network_changed() {
  ++networks_;
  look_at_local_at_ = {};
  tcp_.network_changed();
  udp_.interrupt(asio::error::network_reset);
  ports_->network_changed();
}

bool UdpTransport::is_suspicious(const dns::Name& name, Instant now) const {
  return tools_.injected != nullptr && tools_.injected->suspicious(name, now);
}

/// Another question, or another case of it, is a guess of somebody who does not see the path.
void UdpTransport::on_second_reply(const RecentReplies::Reply& first, std::span<const std::uint8_t> second) {
  const Instant now = tools_.clock.now();
  if (now - first.at > compared_for) return;
  const auto ours = dns::MessageView::parse(first.message), theirs = dns::MessageView::parse(second);
  if (!ours || !theirs || !theirs->header().response) return;
  if (!std::ranges::equal(ours->question_wire(), theirs->question_wire())) return;
  if (!say_the_same(*ours, *theirs)) report_injection(*ours, *theirs, now);
}

/// We lack file descriptors or memory, or have no way: the first is nobody else's fault.
tl::unexpected<Failure> UdpTransport::no_port(const asio::error_code& error, Instant now) {
  const bool ours = error == asio::error::no_descriptors || error == asio::error::no_memory ||
                    error == asio::error::no_buffer_space;
  if (!ours) return network_failure(error);
  if (now >= log_shortage_at_) {
    log_shortage_at_ = now + shortages_logged_every;
    spdlog::warn("no socket for queries to {}: {}; may the process have more (LimitNOFILE=, ulimit -n)?",
                 server_.address.to_text(), error.message());
  }
  return tl::unexpected(Failure{Failure::Kind::cancelled, error.message(), {}});
}

void UdpTransport::report_injection(const dns::MessageView& first, const dns::MessageView& second,
                                    Instant now) {
  counters_.injected.add();
  on_injection_();
  const auto question = first.question();
  if (now >= log_again_at_) {
    log_again_at_ = now + injections_logged_every;
    spdlog::warn("two different replies of {} to one query for {} {}: first {}; then {}",
                 server_.address.to_text(), question.name.to_text(), dns::to_text(question.type),
                 summary(first), summary(second));
  }
  if (tools_.injected != nullptr) tools_.injected->note(question, now);
}

bool UdpTransport::may_serve(Match match) {
  switch (match) {
    case Match::wrong_question:
      counters_.wrong_question.add();
      return false;
    case Match::wrong_id:  // As a whole it is: opcode or QR is wrong.
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

UdpTransport::Step UdpTransport::judge(const OutgoingQuery& query, Match match,
                                       const dns::MessageView* message, const Approach& approach) {
  const bool with_cookie = !approach.manner.cookie.empty();
  const bool declined = query.edns_declined_by(match, message);
  const bool cookie_missing =
      with_cookie && (declined ? cookies_.server_uses_them()
                               : message && !cookies_.accept(*message, approach.manner.cookie));
  if (match == Match::wrong_case || cookie_missing) {
    counters_.doubtful.add();
    return Step::confirm_over_tcp;
  }
  if (declined) return Step::ask_without_edns;
  if (message == nullptr) return Step::accept;
  if (with_cookie && message->rcode() == dns::Rcode::BADCOOKIE) {
    return approach.cookie_renewed ? Step::ask_over_tcp : Step::ask_with_new_cookie;
  }
  if (!message->header().truncated && message->bytes().size() <= dns::udp_payload_limit) return Step::accept;
  counters_.truncated.add();
  return Step::ask_over_tcp;
}

Reply UdpTransport::accept(const OutgoingQuery& query, Received received, const Approach& approach) {
  if (approach.edns_declined && received.match == Match::reply) {
    no_edns_until_ = tools_.clock.now() + edns_refusal_kept;
  }
  return query.to_reply(std::move(received), server_.authority);
}

Task<ExchangeResult> UdpTransport::ask_over_tcp(Query query, Manner manner, Deadline deadline,
                                                Reply instead) {
  const OutgoingQuery outgoing(query, manner, tools_.random);
  auto received = co_await on_event_loop(tools_.executor, tcp_.ask(outgoing, deadline));
  if (received) co_return outgoing.to_reply(std::move(*received), server_.authority);
  co_return instead;
}

Task<std::optional<Reply>> UdpTransport::confirm_over_tcp(Query query, Manner manner, Deadline deadline) {
  const Instant now = tools_.clock.now();
  const OutgoingQuery outgoing(query, manner, tools_.random);
  const Deadline half(now + deadline.remaining(now) / 2);
  auto received = co_await on_event_loop(tools_.executor, tcp_.ask(outgoing, half));
  if (!received) co_return std::nullopt;
  learn(*received, manner);
  // It really does not speak EDNS any more: let UDP find out how it is to be asked.
  if (outgoing.edns_declined_by(*received)) co_return std::nullopt;
  co_return outgoing.to_reply(std::move(*received), server_.authority);
}

void UdpTransport::learn(const Received& received, const Manner& manner) {
  if (received.match == Match::wrong_case) case_not_kept_until_ = tools_.clock.now() + case_not_kept_for;
  const auto message = dns::MessageView::parse(received.message);
  if (manner.cookie.empty()) return;
  if (!message || !cookies_.accept(*message, manner.cookie)) cookies_.forget();
}

}  // namespace tributary::resolver
