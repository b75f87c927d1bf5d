#pragma once

#include <string>
#include <vector>

#include <asio/ip/address.hpp>
#include <tl/expected.hpp>

#include "resolver/daemon/network_state.hpp"

namespace tributary::resolver {

/// A socket that the kernel tells of changed addresses, routes and links (rtnetlink(7)). The caller closes
/// it; the error is a sentence.
tl::expected<int, std::string> open_route_socket();

/// The links and addresses of this host now. The kernel answers within the calls: this takes some
/// microseconds and waits for nothing. Empty if it does not answer.
NetworkState ask_for_state();

/// The ways to `destinations` now, in their order, as the kernel's rules and tables have it. Waits for
/// nothing.
std::vector<std::optional<Way>> ask_for_ways(const std::vector<asio::ip::address>& destinations);

}  // namespace tributary::resolver
