#include "resolver/upstream/zone_reply.hpp"

#include "dns/message_builder.hpp"

namespace tributary::resolver {
namespace {

using dns::Section;
using dns::ZoneAnswer;

dns::Header header_for(const Query& query, ZoneAnswer::Kind kind) {
  dns::Header header;
  header.response = true;
  header.checking_disabled = query.cd();
  header.authoritative = kind != ZoneAnswer::Kind::delegation;
  header.rcode = kind == ZoneAnswer::Kind::nx_domain ? dns::Rcode::NXDOMAIN : dns::Rcode::NOERROR;
  return header;
}

bool put(dns::MessageBuilder& builder, Section section, const std::vector<dns::Record>& records) {
  for (const auto& record : records) {
    if (!builder.record(section, record)) return false;
  }
  return true;
}

/// False when not even 65,535 octets hold it. What is missing of the additional section does no harm.
bool put(dns::MessageBuilder& builder, const ZoneAnswer& answer) {
  if (!put(builder, Section::answer, answer.answer)) return false;
  if (!put(builder, Section::authority, answer.authority)) return false;
  put(builder, Section::additional, answer.additional);
  return true;
}

std::vector<std::uint8_t> error_message(const Query& query, dns::Rcode rcode) {
  dns::Header header;
  header.response = true;
  header.checking_disabled = query.cd();
  header.rcode = rcode;
  return dns::build_query(header, query.question, nullptr);
}

std::vector<std::uint8_t> answer_from(const dns::Zone& zone, const Query& query) {
  const auto& question = query.question;
  if (question.klass != dns::Class::IN || !question.name.is_within(zone.origin())) {
    return error_message(query, dns::Rcode::REFUSED);
  }
  const auto answer = zone.lookup(question.name, question.type);
  dns::MessageBuilder builder(header_for(query, answer.kind));
  builder.question(question);
  return put(builder, answer) ? builder.take() : error_message(query, dns::Rcode::SERVFAIL);
}

}  // namespace

Reply zone_reply(const dns::Zone& zone, const Query& query) {
  Reply reply;
  reply.message = answer_from(zone, query);
  reply.channel = Channel::local;
  reply.from_authority = true;
  return reply;
}

}  // namespace tributary::resolver
