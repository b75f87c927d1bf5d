#include "policy/address_text.hpp"

#include <algorithm>
#include <charconv>

#include "policy/quote.hpp"

namespace tributary::policy {
namespace {

tl::unexpected<std::string> error(std::string_view text, std::string_view what) {
  return tl::unexpected(quote(text).append(" ").append(what));
}

/// All of `text` as a decimal number of at most `most`.
std::optional<unsigned> parse_decimal(std::string_view text, unsigned most) {
  unsigned value = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data(), end, value);
  if (text.empty() || stop != end || code != std::errc{} || value > most) return std::nullopt;
  return value;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_host_label(std::string_view label) {
  if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
  return std::ranges::all_of(label, [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
}

}  // namespace

tl::expected<HostAndPort, std::string> parse_host_and_port(std::string_view text) {
  std::string_view host, rest;
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == text.npos) return error(text, "has no closing bracket");
    host = text.substr(1, close - 1);
    rest = text.substr(close + 1);
    if (!rest.empty() && !rest.starts_with(':')) return error(text, "has something other than :PORT after ]");
  } else {
    const auto colon = std::min(text.find(':'), text.size());
    host = text.substr(0, colon);
    rest = text.substr(colon);
    if (rest.find(':', 1) != rest.npos)
      return error(text, "is ambiguous: write IPv6 addresses in [brackets]");
  }
  if (host.empty()) return error(text, "names no host");
  if (rest.empty()) return HostAndPort{std::string(host), std::nullopt};
  const auto port = parse_decimal(rest.substr(1), 65535);
  if (!port || *port == 0) return error(text, "has a bad port; allowed are 1 to 65535");
  return HostAndPort{std::string(host), static_cast<std::uint16_t>(*port)};
}

std::optional<asio::ip::address> parse_address(std::string_view text) {
  asio::error_code code;
  const auto address = asio::ip::make_address(std::string(text), code);
  if (code) return std::nullopt;
  // Asio reads an interface that does not exist as none.
  if (text.find('%') != text.npos && address.to_v6().scope_id() == 0) return std::nullopt;
  return address;
}

tl::expected<SocketAddress, std::string> parse_socket_address(std::string_view text,
                                                              std::optional<std::uint16_t> default_port) {
  const auto parts = parse_host_and_port(text);
  if (!parts) return tl::unexpected(parts.error());
  const auto address = parse_address(parts->host);
  if (!address) return error(parts->host, "is no IP address");
  const auto port = parts->port ? parts->port : default_port;
  if (!port) return error(text, "has no port; write it as ADDRESS:PORT");
  return SocketAddress{*address, *port};
}

tl::expected<Prefix, std::string> parse_prefix(std::string_view text) {
  const auto slash = std::min(text.find('/'), text.size());
  const auto address = parse_address(text.substr(0, slash));
  if (!address || text.find('%') != text.npos) return error(text, "is no ADDRESS/LENGTH");
  const unsigned bits = address->is_v4() ? 32 : 128;
  const auto length = slash == text.size() ? bits : parse_decimal(text.substr(slash + 1), bits);
  if (!length) return error(text, "has a bad length; allowed are 0 to " + std::to_string(bits));

  const auto prefix = Prefix::of(*address, static_cast<std::uint8_t>(*length));
  if (prefix.network != *address)
    return error(text, "has bits set after its length; did you mean " + prefix.network.to_string() + "/" +
                           std::to_string(*length) + "?");
  if (address->is_v4() || !address->to_v6().is_v4_mapped() || *length < 96) return prefix;
  return Prefix{asio::ip::make_address_v4(asio::ip::v4_mapped, address->to_v6()),
                static_cast<std::uint8_t>(*length - 96)};
}

std::string to_text(const ListenConfig& listen) {
  return (listen.protocol == ListenProtocol::udp ? "udp " : "tcp ") + listen.address.to_text();
}

bool is_host_name(std::string_view text) {
  if (text.size() > 253) return false;
  while (true) {
    const auto dot = text.find('.');
    if (!is_host_label(text.substr(0, dot))) return false;
    if (dot == text.npos) return !std::ranges::all_of(text, is_digit);
    text.remove_prefix(dot + 1);
  }
}

}  // namespace tributary::policy
