#include "resolver/querylog/json_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "cache/security_text.hpp"
#include "dns/message_view.hpp"

namespace tributary::resolver {
namespace {

using std::chrono::microseconds;

/// Requires: printable ASCII, as names are in presentation format.
void append_string(std::string_view text, std::string& out) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

void append_member(std::string_view key, std::string_view value, std::string& out) {
  fmt::format_to(std::back_inserter(out), ",\"{}\":", key);
  append_string(value, out);
}

std::string address_text(const ClientOctets& client) {
  if (client.ipv6) return asio::ip::address_v6(client.octets).to_string();
  asio::ip::address_v4::bytes_type octets;
  std::ranges::copy(client.address(), octets.begin());
  return asio::ip::address_v4(octets).to_string();
}

void append_question(std::span<const std::uint8_t> query, std::string& out) {
  const auto view = dns::MessageView::parse(query);
  if (!view) return;
  const auto question = view->question();
  append_member("name", question.name.to_text(), out);
  append_member("type", dns::to_text(question.type), out);
}

void append_origin(const AnswerOrigin& origin, const std::vector<std::string>& upstreams, std::string& out) {
  append_member("source", to_text(origin.source), out);
  const auto place = static_cast<std::size_t>(origin.upstream);
  if (origin.upstream != cache::UpstreamPlace::none && place < upstreams.size() && !upstreams[place].empty())
    append_member("upstream", upstreams[place], out);
  append_member("security", to_text(origin.security), out);
}

}  // namespace

std::string utc_text(Duration since_1970) {
  using namespace std::chrono;
  const auto days_since = floor<days>(since_1970);
  const year_month_day date{sys_days(days_since)};
  const hh_mm_ss time(floor<microseconds>(since_1970 - days_since));
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     time.hours().count(), time.minutes().count(), time.seconds().count(),
                     time.subseconds().count());
}

void append_json_line(const LoggedQuery& query, const std::vector<std::string>& upstreams, std::string& out) {
  const auto& facts = query.facts;
  out += "{\"time\":";
  append_string(utc_text(query.received()), out);
  append_member("client", address_text(facts.client), out);
  append_member("protocol", facts.protocol == Protocol::udp ? "udp" : "tcp", out);
  append_question(query.query, out);
  append_member("rcode", dns::to_text(facts.rcode), out);
  append_origin(facts.origin, upstreams, out);
  if (facts.error)
    fmt::format_to(std::back_inserter(out), ",\"ede\":{}", static_cast<std::uint16_t>(*facts.error));
  const auto latency = std::chrono::duration_cast<microseconds>(facts.replied - facts.received).count();
  fmt::format_to(std::back_inserter(out), ",\"latency_ms\":{}.{:03},\"bytes\":{}}}\n", latency / 1000,
                 latency % 1000, query.reply.size());
}

}  // namespace tributary::resolver
