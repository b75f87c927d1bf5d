#pragma once

#include <string>
#include <vector>

#include "dns/message_builder.hpp"
#include "resolver/querylog/query_record.hpp"

namespace tributary::resolver::testing {

using Octets = std::vector<std::uint8_t>;

/// 2026-11-22T13:00:00Z.
inline constexpr Duration one_o_clock = std::chrono::seconds(1'795'352'400);

inline Octets query_octets(std::string_view name, dns::Type type = dns::Type::A) {
  dns::Header header;
  header.id = 0x1234;
  header.recursion_desired = true;
  return dns::build_query(header, {dns::Name::parse(name).value(), type, dns::Class::IN}, nullptr);
}

/// A query and its reply, and room for what a test wants to know of them.
struct Sample {
  Octets query = query_octets("www.example.");
  Octets reply = Octets(40, 0xAB);
  QueryFacts facts;

  Sample() {
    facts.client = ClientOctets::of({asio::ip::make_address("192.0.2.1"), Protocol::udp, Instant(), 4242});
    facts.received = Instant(std::chrono::seconds(10));
    facts.replied = facts.received + std::chrono::microseconds(8204);
  }
  /// Received at one o'clock, and 123,456,789 ns.
  LoggedQuery logged() const {
    return {facts, query, reply, one_o_clock + Duration(123'456'789) - facts.received.time_since_epoch()};
  }
};

}  // namespace tributary::resolver::testing
