#include "tests/scenario/expectation.hpp"

#include <algorithm>

#include "dns/message_builder.hpp"

namespace tributary::scenario {

using dns::Type;

namespace {

std::string sorted_list(std::vector<std::string> parts) {
  std::ranges::sort(parts);
  std::string out;
  for (const auto& part : parts) out += (out.empty() ? "" : ", ") + part;
  return out;
}

/// What stands behind owner, TTL, class and type.
std::string rdata_text(const dns::Record& record) {
  const auto text = dns::to_text(record);
  std::size_t at = 0;
  for (int field = 0; field < 4; ++field) at = text.find_first_not_of(" \t", text.find_first_of(" \t", at));
  return text.substr(at);
}

bool read_flag(const std::string& word, Asking& asking) {
  if (word == "+AD")
    asking.authentic_data = true;
  else if (word == "+CD")
    asking.checking_disabled = true;
  else if (word == "-DO")
    asking.dnssec_ok = false;
  else if (word == "-EDNS")
    asking.edns = asking.dnssec_ok = false;
  else
    return false;
  return true;
}

/// Where the RDATA begins among the words behind the arrow.
std::size_t skip_keywords(const Line& line, std::size_t at) {
  ++at;  // the RCODE
  while (at < line.words.size()) {
    const auto& word = line.words[at];
    if (word == "AD")
      ++at;
    else if (word == "EDE" || word == "TTL")
      at += 2;
    else
      break;
  }
  return at;
}

bool is_for_dnssec(Type type) {
  return type == Type::RRSIG || type == Type::NSEC || type == Type::NSEC3;
}

/// What no response may be.
std::string faults_of(const Asking& asking, const dns::MessageView& response) {
  std::size_t for_dnssec = 0, signatures = 0;
  response.for_each_record([&](const dns::RecordView& record) {
    for_dnssec += is_for_dnssec(record.type) && record.type != asking.question.type;
    signatures += record.type == Type::RRSIG;
  });
  std::string faults;
  const bool authentic = response.header().authentic_data;
  if (!asking.dnssec_ok && for_dnssec > 0) faults += " (DNSSEC records without DO)";
  if (authentic && !asking.dnssec_ok && !asking.authentic_data) faults += " (AD that nobody asked for)";
  if (authentic && asking.dnssec_ok && signatures == 0) faults += " (AD without signatures)";
  if (response.header().checking_disabled != asking.checking_disabled) faults += " (CD changed)";
  return faults;
}

}  // namespace

Asking Asking::read(const Line& line) {
  Asking asking;
  asking.question = {name_in(line.words.at(1)), type_in(line.words.at(2)), dns::Class::IN};
  std::size_t at = 3;
  for (; at < line.words.size() && line.words[at] != "->"; ++at)
    if (!read_flag(line.words[at], asking)) throw ScriptError("no such flag: " + line.words[at]);
  const auto begin = at + 1, data = skip_keywords(line, begin);
  for (at = begin; at < data; ++at) {
    asking.expected += (at == begin ? "" : " ") + line.words.at(at);
    asking.wants_ttl |= line.words[at] == "TTL";
  }
  const auto rdata = parts_of(line.rest(data), ',');
  asking.wants_some = !rdata.empty() && rdata.front() == "some";
  if (!rdata.empty()) asking.expected += " " + sorted_list(rdata);
  return asking;
}

std::vector<std::uint8_t> Asking::query() const {
  dns::Header header;
  header.id = 0x4242;
  header.recursion_desired = true;
  header.authentic_data = authentic_data;
  header.checking_disabled = checking_disabled;
  dns::Edns with;
  with.dnssec_ok = dnssec_ok;
  return dns::build_query(header, question, edns ? &with : nullptr);
}

std::string describe(const Asking& asking, const std::vector<std::uint8_t>& octets) {
  const auto response = dns::MessageView::parse(octets).value();
  const auto records = dns::read_records(response).value();
  std::string out = dns::to_text(response.rcode());
  if (response.header().authentic_data) out += " AD";
  const auto error = response.edns() ? dns::extended_error(response.edns()->options) : std::nullopt;
  if (error) out += " EDE " + std::to_string(static_cast<unsigned>(error->code));
  const auto& first = records.answer.empty() ? records.authority : records.answer;
  if (asking.wants_ttl && !first.empty()) out += " TTL " + std::to_string(first.front().ttl);
  std::vector<std::string> rdata;
  for (const auto& record : records.answer)
    if (record.type == asking.question.type) rdata.push_back(rdata_text(record));
  if (!rdata.empty()) out += " " + (asking.wants_some ? "some" : sorted_list(rdata));
  out += faults_of(asking, response);
  // EDE texts help to read a failure, and are no part of what is expected.
  if (error && out != asking.expected) out += " \"" + error->text + "\"";
  return out;
}

}  // namespace tributary::scenario
