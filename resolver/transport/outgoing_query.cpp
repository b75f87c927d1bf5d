#include "resolver/transport/outgoing_query.hpp"

#include <algorithm>
#include <array>

#include "dns/message_builder.hpp"

namespace tributary::resolver {
namespace {

bool is_letter(std::uint8_t octet) {
  const std::uint8_t lower = octet | 0x20;
  return lower >= 'a' && lower <= 'z';
}

/// A coin for each letter of a name. Length octets are at most 63 and so never taken for letters.
void draw_case(std::span<std::uint8_t> name, Random& random) {
  std::array<std::uint8_t, (dns::Name::max_length + 7) / 8> coins;
  random.fill(std::span(coins).first((name.size() + 7) / 8));
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool flip = is_letter(name[i]) && (coins[i / 8] >> (i % 8) & 1) != 0;
    if (flip) name[i] ^= 0x20;
  }
}

/// RFC 1035 §4.1.1: QDCOUNT. Requires: a whole header.
bool has_question(std::span<const std::uint8_t> message) {
  return message[4] != 0 || message[5] != 0;
}

}  // namespace

bool is_refusal(dns::Rcode rcode) {
  return rcode == dns::Rcode::FORMERR || rcode == dns::Rcode::NOTIMP || rcode == dns::Rcode::REFUSED ||
         rcode == dns::Rcode::SERVFAIL;
}

OutgoingQuery::OutgoingQuery(const Query& query, const Manner& manner, Random& random)
    : question_(query.question), random_case_(manner.random_case), edns_(manner.edns) {
  dns::Header header;
  header.id = random.next_u16();
  header.recursion_desired = manner.recursion_desired;
  header.checking_disabled = query.cd();
  dns::Edns edns;
  edns.dnssec_ok = true;
  std::array<std::uint8_t, 4 + Cookie::most_size> option;
  if (!manner.cookie.empty()) {
    const auto size = dns::write_option(option, dns::OptionCode::cookie, manner.cookie.data());
    edns.options = std::span(option).first(size);
  }
  size_ = dns::write_query(wire_, header, question_, edns_ ? &edns : nullptr);
  if (random_case_)
    draw_case(std::span(wire_).subspan(dns::header_size, question_.name.wire().size()), random);
}

std::uint16_t OutgoingQuery::id() const {
  return static_cast<std::uint16_t>(wire_[0] << 8 | wire_[1]);
}

void OutgoingQuery::renumber(std::uint16_t id) {
  wire_[0] = static_cast<std::uint8_t>(id >> 8);
  wire_[1] = static_cast<std::uint8_t>(id & 0xff);
}

Match OutgoingQuery::match(std::span<const std::uint8_t> message) const {
  std::optional<dns::MessageView> parsed;
  return match(message, parsed);
}

Match OutgoingQuery::match(std::span<const std::uint8_t> message,
                           std::optional<dns::MessageView>& parsed) const {
  const auto header = dns::read_header(message);
  if (!header) return Match::malformed;
  if (!header->response || header->id != id() || header->opcode != dns::Opcode::QUERY) return Match::wrong_id;
  if (!has_question(message) && is_refusal(header->rcode)) return Match::bare_error;
  const auto view = dns::MessageView::parse(message);
  if (!view) return Match::malformed;
  return match_question(parsed.emplace(*view));
}

Match OutgoingQuery::match_question(const dns::MessageView& message) const {
  const auto theirs = message.question_wire();
  const auto ours = wire().subspan(dns::header_size, question_.name.wire().size() + 4);
  if (std::ranges::equal(theirs, ours)) return Match::reply;
  if (message.question() != question_) return Match::wrong_question;
  return random_case_ ? Match::wrong_case : Match::reply;
}

bool OutgoingQuery::edns_declined_by(const Received& received) const {
  const auto view = dns::MessageView::parse(received.message);
  return edns_declined_by(received.match, view ? &*view : nullptr);
}

bool OutgoingQuery::edns_declined_by(Match match, const dns::MessageView* message) const {
  if (!edns_) return false;
  if (match == Match::bare_error) return true;
  if (message == nullptr || message->edns()) return false;
  return message->rcode() == dns::Rcode::FORMERR || message->rcode() == dns::Rcode::NOTIMP;
}

Reply OutgoingQuery::to_reply(Received received, bool from_authority) const {
  Reply reply;
  reply.message = std::move(received.message);
  reply.from_authority = from_authority;
  reply.rtt = received.rtt;
  if (received.match == Match::bare_error) {
    reply.message = dns::build_query(*dns::read_header(reply.message), question_, nullptr);
  } else {
    std::ranges::copy(question_.name.wire(), reply.message.begin() + dns::header_size);
  }
  return reply;
}

}  // namespace tributary::resolver
