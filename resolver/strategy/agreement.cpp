#include "resolver/strategy/agreement.hpp"

#include <algorithm>

#include "dns/message_view.hpp"

namespace tributary::resolver {
namespace {

using Kind = Statement::Kind;
using Rdata = std::vector<std::uint8_t>;

Kind kind_of(const cache::Answer& answer, const Statement& statement) {
  if (answer.rcode() == dns::Rcode::NXDOMAIN) return Kind::nxdomain;
  if (!statement.data.empty()) return Kind::data;
  return statement.chain.empty() || !answer.continues_at() ? Kind::nodata : Kind::alias;
}

/// Octets of an address that are compared: those of its network.
std::size_t network_octets(dns::Type type) {
  constexpr std::size_t ipv4 = 24 / 8, ipv6 = 48 / 8;
  return type == dns::Type::A ? ipv4 : ipv6;
}

bool same_data(dns::Type type, const Rdata& a, const Rdata& b) {
  if (type != dns::Type::A && type != dns::Type::AAAA) return dns::equal_ignoring_case(a, b);
  const auto octets = std::min({network_octets(type), a.size(), b.size()});
  return std::ranges::equal(std::span(a).first(octets), std::span(b).first(octets));
}

bool share_data(const Statement& a, const Statement& b) {
  return std::ranges::any_of(a.data, [&](const Rdata& one) {
    return std::ranges::any_of(b.data, [&](const Rdata& other) { return same_data(a.type, one, other); });
  });
}

bool same_end(const Statement& a, const Statement& b) {
  return !a.chain.empty() && !b.chain.empty() && a.chain.back() == b.chain.back();
}

/// `alias` stops somewhere on the way of `other`.
bool leads_along(const Statement& alias, const Statement& other) {
  return alias.kind == Kind::alias && std::ranges::find(other.chain, alias.chain.back()) != other.chain.end();
}

std::string data_text(const Statement& statement, const Rdata& rdata) {
  const auto line = dns::to_text(dns::Record{dns::Name(), statement.type, dns::Class::IN, 0, rdata});
  const auto type = dns::to_text(statement.type);
  return line.substr(line.find(type) + type.size() + 1);
}

}  // namespace

Statement statement_of(const cache::Answer& answer) {
  const auto view = *dns::MessageView::parse(answer.message());
  Statement out;
  out.type = view.question_type();
  const auto records = dns::read_records(view);
  if (records) {
    for (const auto& record : records->answer) {
      if (record.type == out.type)
        out.data.push_back(record.rdata);
      else if (record.type == dns::Type::CNAME)
        out.chain.push_back(*dns::target_of(record));
    }
  }
  out.kind = kind_of(answer, out);
  return out;
}

bool agree(const Statement& a, const Statement& b) {
  if (a.kind == Kind::alias || b.kind == Kind::alias) return leads_along(a, b) || leads_along(b, a);
  if (a.kind != b.kind) return false;
  return a.kind != Kind::data || share_data(a, b) || same_end(a, b);
}

std::string to_text(const Statement& statement) {
  constexpr std::size_t most = 4;
  switch (statement.kind) {
    case Kind::nxdomain:
      return "NXDOMAIN";
    case Kind::nodata:
      return "no data";
    case Kind::alias:
      return "CNAME " + statement.chain.back().to_text();
    case Kind::data:
      break;
  }
  std::string out;
  for (std::size_t i = 0; i < std::min(most, statement.data.size()); ++i)
    out += (i == 0 ? "" : ", ") + data_text(statement, statement.data[i]);
  return statement.data.size() > most ? out + ", ..." : out;
}

}  // namespace tributary::resolver
