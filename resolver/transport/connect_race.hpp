#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <asio/awaitable.hpp>
#include <asio/ip/tcp.hpp>
#include <tl/expected.hpp>

#include "base/clock.hpp"
#include "resolver/upstream/upstream.hpp"

namespace tributary::resolver {

/// RFC 8305 §5, "Connection Attempt Delay".
inline constexpr std::chrono::milliseconds connection_attempt_delay{250};

/// The order in which addresses are tried: the families by turns, IPv6 first, each in its given order
/// (RFC 8305 §4).
std::vector<asio::ip::tcp::endpoint> in_connect_order(std::span<const asio::ip::address> addresses,
                                                      std::uint16_t port);

/// "192.0.2.1 port 443"
std::string place_text(const asio::ip::tcp::endpoint& endpoint);
/// "connecting to 192.0.2.1 port 443 and 3 others". Requires: at least one endpoint.
std::string connecting_text(std::span<const asio::ip::tcp::endpoint> endpoints);

/// A connection, and where it leads.
struct Connected {
  asio::ip::tcp::socket socket;
  asio::ip::tcp::endpoint endpoint;
};

/// Connects to whichever endpoint answers first: one attempt starts after the other, as soon as the one
/// before has failed or `connection_attempt_delay` has passed (RFC 8305 §5). The losers are closed.
///
/// Fails with Failure::network when all have failed (the detail tells the last error), Failure::timeout at
/// the deadline. Requires: at least one endpoint. `clock` outlives the attempts.
asio::awaitable<tl::expected<Connected, Failure>> connect_race(Clock& clock,
                                                               std::vector<asio::ip::tcp::endpoint> endpoints,
                                                               Deadline deadline);

}  // namespace tributary::resolver
