#include "policy/config_reader.hpp"

#include <algorithm>
#include <fstream>

#include "policy/address_text.hpp"
#include "policy/admin_section.hpp"
#include "policy/config_fields.hpp"
#include "policy/dnssec_section.hpp"
#include "policy/quantity.hpp"
#include "policy/query_log_section.hpp"
#include "policy/quote.hpp"
#include "policy/readable_file.hpp"
#include "policy/routing_section.hpp"
#include "policy/upstream_section.hpp"

namespace tributary::policy {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view default_listen[] = {"udp://127.0.0.1:53", "tcp://127.0.0.1:53"};

/// Loopback, private (RFC 1918, RFC 4193), shared (RFC 6598) and link-local addresses: an open resolver does
/// not come about by default (RFC 5358 §4).
constexpr std::string_view default_allow[] = {"127.0.0.0/8",    "10.0.0.0/8",    "172.16.0.0/12",
                                              "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16",
                                              "::1/128",        "fc00::/7",      "fe80::/10"};

std::vector<ListenConfig> read_listen(const Section& root) {
  std::vector<ListenConfig> out;
  const auto* field = root.find("listen");
  if (field == nullptr) {
    for (const auto url : default_listen) out.push_back(*parse_listen_url(url));
    return out;
  }
  for (const auto& item : field->items()) {
    const auto listen = item.parsed(parse_listen_url);
    if (!listen) continue;
    if (std::ranges::find(out, *listen) != out.end())
      item.complain(quote(listen->address.to_text()) + " is in this list already");
    out.push_back(*listen);
  }
  return out;
}

std::vector<Prefix> read_allow(const Section& root) {
  std::vector<Prefix> out;
  const auto* field = root.find("allow");
  if (field == nullptr) {
    for (const auto prefix : default_allow) out.push_back(*parse_prefix(prefix));
    return out;
  }
  for (const auto& item : field->items()) {
    if (const auto prefix = item.parsed(parse_prefix)) out.push_back(*prefix);
  }
  return out;
}

/// A section of plain settings; an absent one is empty, so that its numbers are the defaults.
Section settings(const Section& root, const Field& absent, std::string_view key,
                 std::initializer_list<std::string_view> known) {
  const auto* field = root.find(key);
  return {field ? *field : absent, known};
}

CacheConfig read_cache(const Section& section) {
  const auto* persist = section.find("persist");
  return {.bytes = section.number(limits_of("cache.size")),
          .max_ttl = seconds(section.number(limits_of("cache.max_ttl"))),
          .max_negative_ttl = seconds(section.number(limits_of("cache.max_negative_ttl"))),
          .max_stale = seconds(section.number(limits_of("cache.max_stale"))),
          .persist = persist != nullptr && persist->truth().value_or(false),
          .persist_interval = seconds(section.number(limits_of("cache.persist_interval")))};
}

UdpConfig read_udp(const Section& section) {
  return {section.number(limits_of("udp.queries_per_client"))};
}

TcpConfig read_tcp(const Section& section) {
  return {.idle_timeout = milliseconds(section.number(limits_of("tcp.idle_timeout"))),
          .connections = section.number(limits_of("tcp.connections")),
          .connections_per_client = section.number(limits_of("tcp.connections_per_client")),
          .queries_per_connection = section.number(limits_of("tcp.queries_per_connection"))};
}

/// An attempt cannot outlast its query: the default follows, a longer one that was written is an error.
TimeoutConfig read_timeouts(const Section& section) {
  const auto query = section.number(limits_of("timeouts.query"));
  const auto& limits = limits_of("timeouts.attempt");
  const auto* field = section.find("attempt");
  const auto attempt = field ? field->number(limits) : std::nullopt;
  if (attempt > query)
    field->complain(quote(quantity_text(*attempt, limits.unit)) + " is longer than timeouts.query, " +
                    quantity_text(query, limits.unit));
  return {.query = milliseconds(query),
          .attempt = milliseconds(std::min(attempt.value_or(limits.fallback), query)),
          .stale = milliseconds(section.number(limits_of("timeouts.stale")))};
}

std::optional<std::filesystem::path> read_state_directory(const Section& root,
                                                          const std::filesystem::path& folder) {
  const auto* field = root.find("state_directory");
  const auto text = field ? field->text() : std::nullopt;
  if (!text) return std::nullopt;
  const auto directory = folder / *text;
  std::error_code ignored;
  if (text->empty() ||
      (std::filesystem::exists(directory, ignored) && !std::filesystem::is_directory(directory, ignored)))
    field->complain(quote(*text) + " is no directory; name one that Tributary may write to");
  return directory;
}

void read_log(const Section& section, Config& config) {
  if (const auto* format = section.find("format"))
    config.log_format =
        format->one_of<log::Format>({{"text", log::Format::text}, {"json", log::Format::json}})
            .value_or(config.log_format);
  if (const auto* level = section.find("level"))
    config.log_level = level
                           ->one_of<log::Level>({{"debug", log::Level::debug},
                                                 {"info", log::Level::info},
                                                 {"warning", log::Level::warning},
                                                 {"error", log::Level::error}})
                           .value_or(config.log_level);
}

Config read_all(const Field& file, const Field& absent, const std::filesystem::path& folder) {
  const Section root(file, {"listen", "upstreams", "groups", "routes", "allow", "cache", "udp", "tcp",
                            "timeouts", "dnssec", "state_directory", "workers", "admin", "log", "query_log"});
  Config config;
  config.listen = read_listen(root);
  read_routing(root, file, read_upstreams(root, folder, config.listen), config);
  config.allow = read_allow(root);
  config.cache = read_cache(
      settings(root, absent, "cache",
               {"size", "max_ttl", "max_negative_ttl", "max_stale", "persist", "persist_interval"}));
  config.udp = read_udp(settings(root, absent, "udp", {"queries_per_client"}));
  config.tcp =
      read_tcp(settings(root, absent, "tcp",
                        {"idle_timeout", "connections", "connections_per_client", "queries_per_connection"}));
  config.timeouts = read_timeouts(settings(root, absent, "timeouts", {"query", "attempt", "stale"}));
  config.dnssec =
      read_dnssec(settings(root, absent, "dnssec",
                           {"mode", "trust_anchors", "trust_anchor_file", "negative_trust_anchors", "sha1",
                            "clock", "max_nsec3_iterations", "max_bogus_ttl"}),
                  folder);
  config.state_directory = read_state_directory(root, folder);
  config.workers = root.number(limits_of("workers"));
  config.admin = read_admin(root, folder);
  config.query_log = read_query_log(root, folder);
  read_log(settings(root, absent, "log", {"format", "level"}), config);
  return config;
}

}  // namespace

std::string ConfigError::to_text() const {
  std::string out = file;
  if (line != 0) out += ":" + std::to_string(line) + ":" + std::to_string(column);
  if (!path.empty()) out += ": " + path;
  return out + ": " + message;
}

tl::expected<Config, std::vector<ConfigError>> parse_config(std::string_view yaml,
                                                            const std::filesystem::path& file) {
  Complaints complaints(file.string());
  const auto document = read_yaml(yaml);
  if (!document) {
    complaints.add(document.error().place, "", document.error().message);
    return tl::unexpected(complaints.take());
  }
  YamlNode nothing;
  nothing.kind = YamlNode::Kind::mapping;
  const Field absent(nothing, "", complaints);
  const bool is_empty = document->kind == YamlNode::Kind::null;
  Config config = read_all(is_empty ? absent : Field(*document, "", complaints), absent, file.parent_path());
  if (complaints.count() != 0) return tl::unexpected(complaints.take());
  config.file = file;
  return config;
}

tl::expected<Config, std::vector<ConfigError>> read_config(const std::filesystem::path& file) {
  if (const auto why = why_unreadable(file))
    return tl::unexpected(std::vector{ConfigError{file.string(), 0, 0, "", "cannot be read: " + *why}});
  // One octet more than allowed tells a file that is too large from one that just fits.
  std::string text(max_yaml_bytes + 1, '\0');
  std::ifstream stream(file, std::ios::binary);
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return parse_config(text, file);
}

}  // namespace tributary::policy
