#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "dns/message_builder.hpp"
#include "dns/message_view.hpp"
#include "resolver/strategy/judge.hpp"

/// Replies written as lines of presentation format, and answers read back as such.
namespace tributary::testing {

using Lines = std::vector<std::string>;

inline dns::Name name(std::string_view text) {
  return dns::Name::parse(text).value();
}

/// One line, as `dns::to_text` writes it.
inline dns::Record record(std::string_view line) {
  return dns::parse_record(line).value();
}

inline resolver::Query query(std::string_view qname, dns::Type type = dns::Type::A) {
  return {{name(qname), type, dns::Class::IN}, false};
}

struct Sections {
  Lines answer, authority, additional;
};

inline dns::Header header_of(dns::Rcode rcode) {
  dns::Header header;
  header.response = true;
  header.authoritative = true;
  header.rcode = rcode;
  return header;
}

inline bool put(dns::MessageBuilder& builder, dns::Section section, const Lines& lines) {
  for (const auto& line : lines)
    if (!builder.record(section, record(line))) return false;
  return true;
}

/// Over a channel in clear. Throws if it does not fit a message.
inline resolver::Reply reply(const resolver::Query& query, const dns::Header& header,
                             const Sections& sections = {}, const dns::Edns* edns = nullptr) {
  dns::MessageBuilder builder(header);
  builder.question(query.question);
  const bool fits = put(builder, dns::Section::answer, sections.answer) &&
                    put(builder, dns::Section::authority, sections.authority) &&
                    put(builder, dns::Section::additional, sections.additional) &&
                    (edns == nullptr || builder.edns(*edns));
  if (!fits) throw std::length_error("the reply does not fit a message");
  resolver::Reply out;
  out.message = builder.take();
  return out;
}

inline resolver::Reply reply(const resolver::Query& query, dns::Rcode rcode, const Sections& sections = {}) {
  return reply(query, header_of(rcode), sections);
}

inline Lines texts(const std::vector<dns::Record>& records) {
  Lines out;
  for (const auto& each : records) out.push_back(dns::to_text(each));
  return out;
}

/// `lines` as they look after reading and writing.
inline Lines normal(const Lines& lines) {
  Lines out;
  for (const auto& line : lines) out.push_back(dns::to_text(record(line)));
  return out;
}

inline dns::SectionedRecords records_of(const cache::AnswerPtr& answer) {
  return dns::read_records(dns::MessageView::parse(answer->message()).value()).value();
}
inline Lines answer_of(const cache::AnswerPtr& answer) {
  return texts(records_of(answer).answer);
}
inline Lines authority_of(const cache::AnswerPtr& answer) {
  return texts(records_of(answer).authority);
}

}  // namespace tributary::testing
