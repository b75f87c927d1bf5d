#pragma once

#include <string>

#include <asio/any_io_executor.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ip/udp.hpp>
#include <tl/expected.hpp>

#include "policy/config.hpp"

namespace tributary::resolver {

/// Every worker opens sockets of its own for the same addresses (SO_REUSEPORT): the kernel spreads clients
/// over them. IPv6 sockets take no IPv4, so that both wildcards can be listened on at once.
///
/// An error is one sentence for the operator: which address, what stands in the way, what to do.

/// Whether nobody else holds the address. Shared sockets would open beside those of a second daemon of the
/// same user, and either would get half of the clients: ask once, before the first socket is opened.
tl::expected<void, std::string> check_free(const policy::ListenConfig& listen);

/// A bound socket, whose datagrams queue up until they are read; those larger than a query may be are
/// dropped. With port 0 the kernel chooses the port: the other workers must open `local_endpoint()`.
tl::expected<asio::ip::udp::socket, std::string> open_udp(const asio::any_io_executor& executor,
                                                          const policy::SocketAddress& address);

/// A listening socket, whose connections queue up until they are accepted. Port 0 as for `open_udp`.
tl::expected<asio::ip::tcp::acceptor, std::string> open_tcp(const asio::any_io_executor& executor,
                                                            const policy::SocketAddress& address);

}  // namespace tributary::resolver
