#pragma once

#include <vector>

#include "policy/config.hpp"

namespace tributary::policy {

/// Whether `address` is one of this host's. Asks the kernel, but for loopback addresses: all of 127.0.0.0/8
/// are.
bool is_of_this_host(const asio::ip::address& address);

/// The one of `listeners` that a query to `server` would come to: the same port, and the same address or, for
/// a wildcard, any address of this host of the same family. Null if there is none. UDP and TCP are not told
/// apart: who asks over the one goes over to the other.
const ListenConfig* listener_at(const SocketAddress& server, const std::vector<ListenConfig>& listeners);

/// What is wrong with asking `server`, one that `listener` is for, and what to do: " is …". The part of a
/// sentence after the address.
std::string circle_text(const ListenConfig& listener);

}  // namespace tributary::policy
