#include "policy/upstream_section.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "policy/address_text.hpp"
#include "policy/config_words.hpp"
#include "policy/own_address.hpp"
#include "policy/quote.hpp"
#include "policy/readable_file.hpp"
#include "policy/service_url.hpp"

namespace tributary::policy {
namespace {

using Listen = std::vector<ListenConfig>;

constexpr std::uint16_t dns_port = 53;

bool is_name(std::string_view text) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
  return !text.empty() && text.size() <= 63 && text.find_first_not_of(allowed) == text.npos;
}

std::string no_name(std::string_view text) {
  return quote(text) + " is no name; allowed are up to 63 letters, digits, - and _";
}

void refuse_circle(const Field& field, const SocketAddress& server, const Listen& listen) {
  if (const auto* listener = listener_at(server, listen))
    field.complain(quote(server.to_text()) + circle_text(*listener));
}

/// A key that only some schemes understand; elsewhere it is an error.
struct SchemeKey {
  std::string_view key;
  std::vector<UpstreamScheme> owners;
  std::string_view only;
};

void check_scheme_keys(const Section& section, UpstreamScheme scheme) {
  using enum UpstreamScheme;
  const SchemeKey keys[] = {
      {"bootstrap", {https}, "https takes"},
      {"method", {https}, "https takes"},
      {"ca_file", {https}, "https takes"},
      {"keep_warm", {https, tcp}, "https and tcp take"},
      {"origin", {zone}, "zone takes"},
      {"ports", {udp, authority, UpstreamScheme::system}, "udp, authority and system take"}};
  for (const auto& [key, owners, only] : keys) {
    const auto* field = section.find(key);
    if (field == nullptr || std::ranges::find(owners, scheme) != owners.end()) continue;
    field->complain_of_name(fmt::format("{} does not fit {}; only {} it", quote(key), to_text(scheme), only));
  }
}

std::filesystem::path readable_file(const Field& field, const std::filesystem::path& file,
                                    const std::filesystem::path& folder) {
  auto whole = folder / file;
  if (const auto why = why_unreadable(whole))
    field.complain("\"" + whole.string() + "\" cannot be read: " + *why);
  return whole;
}

/// ADDRESS or ADDRESS:PORT; alone, an IPv6 address needs no brackets.
tl::expected<SocketAddress, std::string> parse_bootstrap_server(std::string_view text) {
  if (const auto address = parse_address(text)) return SocketAddress{*address, dns_port};
  return parse_socket_address(text, dns_port);
}

void read_bootstrap(const Section& section, UpstreamConfig& upstream, const Listen& listen) {
  const auto* field =
      upstream.address ? section.find("bootstrap")
                       : section.require("bootstrap", "add addresses of plain DNS servers that know " +
                                                          upstream.host + ", as in bootstrap: [\"9.9.9.9\"]");
  if (field == nullptr) return;
  if (upstream.address)
    return field->complain_of_name(
        "\"bootstrap\" does not fit a url with an address; there is nothing to look up");
  for (const auto& item : field->items()) {
    const auto server = item.parsed(parse_bootstrap_server);
    if (!server) continue;
    refuse_circle(item, *server, listen);
    upstream.bootstrap.push_back(*server);
  }
}

void read_https(const Section& section, UpstreamConfig& upstream, const std::filesystem::path& folder,
                const Listen& listen) {
  read_bootstrap(section, upstream, listen);
  if (const auto* method = section.find("method"))
    upstream.method = method->one_of<HttpMethod>({{"post", HttpMethod::post}, {"get", HttpMethod::get}})
                          .value_or(upstream.method);
  if (const auto* file = section.find("ca_file")) {
    if (const auto name = file->text()) upstream.ca_file = readable_file(*file, *name, folder);
  }
}

PortMode read_ports(const Field& field) {
  return field.one_of<PortMode>({{"fresh", PortMode::fresh}, {"pool", PortMode::pool}})
      .value_or(PortMode::fresh);
}

/// What only some schemes have, once the scheme is known.
void read_by_scheme(const Section& section, const Field& url, UpstreamConfig& upstream,
                    const std::filesystem::path& folder, const Listen& listen) {
  check_scheme_keys(section, upstream.scheme);
  if (const auto* ports = section.find("ports")) upstream.ports = read_ports(*ports);
  upstream.keep_warm = upstream.scheme == UpstreamScheme::https;
  if (const auto* warm = section.find("keep_warm"))
    upstream.keep_warm = warm->truth().value_or(upstream.keep_warm);
  if (upstream.address) refuse_circle(url, *upstream.address, listen);
  if (upstream.scheme == UpstreamScheme::https) read_https(section, upstream, folder, listen);
  if (upstream.scheme == UpstreamScheme::zone) {
    upstream.zone_file = readable_file(url, upstream.zone_file, folder);
    if (const auto* origin = section.find("origin"))
      upstream.zone_origin = origin->domain_name().value_or(dns::Name());
  }
}

void read_operator(const Section& section, UpstreamConfig& upstream) {
  const auto* field = section.find("operator");
  const auto text = field ? field->text() : std::nullopt;
  if (text && !is_name(*text)) field->complain(no_name(*text));
  upstream.operator_name = text.value_or(upstream.name);
}

UpstreamConfig read_upstream(const NamedField& field, const Section& section,
                             const std::filesystem::path& folder, const Listen& listen) {
  const auto* url = section.require("url", "add one, as in url: \"udp://9.9.9.9\"");
  const auto parsed = url ? url->parsed(parse_upstream_url) : std::nullopt;
  UpstreamConfig upstream = parsed.value_or(UpstreamConfig{});
  upstream.name = field.name();
  if (parsed) read_by_scheme(section, *url, upstream, folder, listen);
  read_operator(section, upstream);
  upstream.weight = static_cast<std::uint32_t>(section.number(limits_of("upstreams.*.weight")));
  return upstream;
}

UpstreamConfig system_upstream() {
  UpstreamConfig upstream;
  upstream.name = upstream.operator_name = "system";
  upstream.scheme = UpstreamScheme::system;
  return upstream;
}

}  // namespace

void check_name(const NamedField& field) {
  if (!is_name(field.name())) field.complain_of_name(no_name(field.name()));
}

UpstreamSection read_upstreams(const Section& root, const std::filesystem::path& folder,
                               const std::vector<ListenConfig>& listen) {
  UpstreamSection out;
  const auto* field = root.find("upstreams");
  const auto entries = field ? field->entries() : std::vector<NamedField>();
  if (entries.empty()) out.upstreams.push_back(system_upstream());
  for (const auto& entry : entries) {
    check_name(entry);
    const Section section(entry, {"url", "bootstrap", "operator", "weight", "ports", "method", "ca_file",
                                  "keep_warm", "origin"});
    out.upstreams.push_back(read_upstream(entry, section, folder, listen));
    if (out.upstreams.back().scheme == UpstreamScheme::zone && !section.find("origin"))
      out.zones_without_origin.push_back({out.upstreams.size() - 1, entry});
  }
  return out;
}

}  // namespace tributary::policy
