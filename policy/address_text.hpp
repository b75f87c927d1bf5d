#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "policy/config.hpp"

namespace tributary::policy {

// How addresses stand in a configuration file. Every error is a sentence that quotes the text.

/// HOST, HOST:PORT, [IPV6] or [IPV6]:PORT, the host not looked into (brackets removed).
struct HostAndPort {
  std::string host;
  std::optional<std::uint16_t> port;  ///< 1 to 65535
};
tl::expected<HostAndPort, std::string> parse_host_and_port(std::string_view text);

/// An IPv4 or IPv6 address; fe80::1%eth0 if the interface exists.
std::optional<asio::ip::address> parse_address(std::string_view text);

/// ADDRESS:PORT, IPv6 in brackets; the port may be left out if there is a default.
tl::expected<SocketAddress, std::string> parse_socket_address(std::string_view text,
                                                              std::optional<std::uint16_t> default_port);

/// ADDRESS/LENGTH without host bits, or an address alone. IPv4-mapped IPv6 becomes IPv4.
tl::expected<Prefix, std::string> parse_prefix(std::string_view text);

/// "udp 127.0.0.1:53"
std::string to_text(const ListenConfig& listen);

/// True for what can be a host's name: labels of letters, digits and inner hyphens (RFC 1123 §2.1), the last
/// one not of digits alone (that would be a misspelt address).
bool is_host_name(std::string_view text);

}  // namespace tributary::policy
