#include "policy/service_url.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "policy/address_text.hpp"
#include "policy/config_reader.hpp"
#include "policy/quote.hpp"

namespace tributary::policy {
namespace {

using Parsed = tl::expected<UpstreamConfig, std::string>;

constexpr std::uint16_t dns_port = 53;

struct Form {
  std::string_view start;
  UpstreamScheme scheme;
  Parsed (*parse)(UpstreamScheme scheme, std::string_view rest);
};

tl::unexpected<std::string> error(std::string_view text, std::string_view what) {
  return tl::unexpected(quote(text).append(" ").append(what));
}

/// udp, tcp, authority: there is nobody to ask for a name's address yet, so it must be an address.
Parsed parse_plain(UpstreamScheme scheme, std::string_view rest) {
  auto parts = parse_host_and_port(rest);
  if (!parts) return tl::unexpected(parts.error());
  const auto address = parse_address(parts->host);
  if (!address)
    return error(parts->host,
                 "is no IP address; plain DNS has no bootstrap that could look a name up: write the address, "
                 "as in udp://9.9.9.9");
  if (address->is_unspecified() || address->is_multicast())
    return error(parts->host, "is not the address of one server");
  UpstreamConfig upstream;
  upstream.scheme = scheme;
  upstream.address = SocketAddress{*address, parts->port.value_or(dns_port)};
  return upstream;
}

/// A path as HTTP/2 sends it (RFC 3986 §3.3); DNS over HTTPS adds the query part itself.
bool is_path(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return c > ' ' && c < 0x7f && std::string_view("?#\"<>\\^`{|}").find(c) == std::string_view::npos;
  });
}

Parsed parse_https(UpstreamScheme scheme, std::string_view rest) {
  const auto slash = std::min(rest.find('/'), rest.size());
  auto parts = parse_host_and_port(rest.substr(0, slash));
  if (!parts) return tl::unexpected(parts.error());
  UpstreamConfig upstream;
  upstream.scheme = scheme;
  upstream.port = parts->port.value_or(upstream.port);
  if (const auto address = parse_address(parts->host)) {
    upstream.address = SocketAddress{*address, upstream.port};
  } else if (!is_host_name(parts->host)) {
    return error(parts->host, "is neither a host name nor an IP address");
  }
  upstream.host = std::move(parts->host);
  if (slash < rest.size()) upstream.path = rest.substr(slash);
  if (!is_path(upstream.path))
    return error(upstream.path, "is no plain path; write it without {?dns}, ? and #");
  return upstream;
}

Parsed parse_zone(UpstreamScheme scheme, std::string_view rest) {
  if (rest.empty()) return tl::unexpected<std::string>("\"zone:\" names no file; write zone:FILE");
  UpstreamConfig upstream;
  upstream.scheme = scheme;
  upstream.zone_file = rest;
  return upstream;
}

Parsed parse_system(UpstreamScheme scheme, std::string_view rest) {
  if (!rest.empty()) return error(rest, "is too much; write system: alone");
  UpstreamConfig upstream;
  upstream.scheme = scheme;
  return upstream;
}

constexpr std::array forms = {
    Form{"udp://", UpstreamScheme::udp, parse_plain},
    Form{"tcp://", UpstreamScheme::tcp, parse_plain},
    Form{"https://", UpstreamScheme::https, parse_https},
    Form{"authority://", UpstreamScheme::authority, parse_plain},
    Form{"zone:", UpstreamScheme::zone, parse_zone},
    Form{"system:", UpstreamScheme::system, parse_system},
};

}  // namespace

Parsed parse_upstream_url(std::string_view url) {
  for (const auto& form : forms) {
    if (url.starts_with(form.start)) return form.parse(form.scheme, url.substr(form.start.size()));
  }
  std::string message = "has no known scheme; allowed are";
  for (const auto& form : forms) message.append(&form == forms.begin() ? " " : ", ").append(form.start);
  return error(url, message);
}

std::string to_url(const UpstreamConfig& upstream) {
  std::string out(std::ranges::find(forms, upstream.scheme, &Form::scheme)->start);
  switch (upstream.scheme) {
    case UpstreamScheme::zone:
      return out + upstream.zone_file.string();
    case UpstreamScheme::system:
      return out;
    case UpstreamScheme::https: {
      const bool bracketed = upstream.address && upstream.address->address.is_v6();
      out += bracketed ? "[" + upstream.host + "]" : upstream.host;
      return out + (upstream.port == 443 ? "" : ":" + std::to_string(upstream.port)) + upstream.path;
    }
    default:
      return out + upstream.address->to_text();
  }
}

tl::expected<ListenConfig, std::string> parse_listen_url(std::string_view url) {
  const bool udp = url.starts_with("udp://");
  if (!udp && !url.starts_with("tcp://"))
    return error(url, "has no known scheme; allowed are udp://ADDRESS[:PORT] and tcp://ADDRESS[:PORT]");
  const auto address = parse_socket_address(url.substr(6), dns_port);
  if (!address) return tl::unexpected(address.error());
  return ListenConfig{udp ? ListenProtocol::udp : ListenProtocol::tcp, *address};
}

}  // namespace tributary::policy
