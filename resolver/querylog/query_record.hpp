#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>

#include "base/time.hpp"
#include "dns/edns.hpp"
#include "dns/types.hpp"
#include "resolver/listener/query_handler.hpp"
#include "resolver/querylog/answer_origin.hpp"

namespace tributary::resolver {

/// The address of a client as octets: all 16, or the first 4.
struct ClientOctets {
  std::array<std::uint8_t, 16> octets{};
  bool ipv6 = false;
  std::uint16_t port = 0;  ///< 0: unknown, or not to be told.

  static ClientOctets of(const ClientInfo& client);
  std::span<const std::uint8_t> address() const { return std::span(octets).first(ipv6 ? 16 : 4); }
};

/// What is known of a query when its reply is ready, besides the octets of both.
struct QueryFacts {
  ClientOctets client;
  Protocol protocol = Protocol::udp;
  Instant received{}, replied{};
  AnswerOrigin origin;
  dns::Rcode rcode = dns::Rcode::NOERROR;
  std::optional<dns::ExtendedError> error;
};
static_assert(std::is_trivially_copyable_v<QueryFacts>);

/// A query with its reply as it is to be logged. Borrows both.
struct LoggedQuery {
  QueryFacts facts;
  std::span<const std::uint8_t> query, reply;
  Duration wall_clock{};  ///< What the wall clock is ahead of the clock of `facts`.

  /// Since 1970, by the wall clock as it is now.
  Duration received() const { return facts.received.time_since_epoch() + wall_clock; }
  Duration replied() const { return facts.replied.time_since_epoch() + wall_clock; }
};

}  // namespace tributary::resolver
