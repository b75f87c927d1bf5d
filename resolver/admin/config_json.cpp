#include "resolver/admin/config_json.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "policy/config_words.hpp"
#include "policy/quantity.hpp"
#include "policy/service_url.hpp"

namespace tributary::resolver {
namespace {

using Json = nlohmann::ordered_json;
using policy::UpstreamScheme;

std::string size(std::uint64_t octets) {
  return policy::quantity_text(octets, "B");
}
std::string time(std::chrono::milliseconds time) {
  return policy::quantity_text(static_cast<std::uint64_t>(time.count()), "ms");
}
std::string time(std::chrono::seconds time) {
  return policy::quantity_text(static_cast<std::uint64_t>(time.count()), "s");
}

template <typename Items, typename Make>
Json list_of(const Items& items, Make make) {
  Json out = Json::array();
  for (const auto& item : items) out.push_back(make(item));
  return out;
}

std::string text_of(const policy::ListenConfig& listen) {
  return (listen.protocol == policy::ListenProtocol::udp ? "udp://" : "tcp://") + listen.address.to_text();
}

std::string text_of(const policy::Prefix& prefix) {
  return prefix.network.to_string() + "/" + std::to_string(prefix.length);
}

void put_https(const policy::UpstreamConfig& upstream, Json& out) {
  if (!upstream.address)
    out["bootstrap"] = list_of(upstream.bootstrap, [](const auto& server) { return server.to_text(); });
  out["method"] = upstream.method == policy::HttpMethod::get ? "get" : "post";
  if (upstream.ca_file) out["ca_file"] = upstream.ca_file->string();
}

Json json_of(const policy::UpstreamConfig& upstream) {
  Json out{
      {"url", policy::to_url(upstream)}, {"operator", upstream.operator_name}, {"weight", upstream.weight}};
  if (upstream.scheme == UpstreamScheme::https) put_https(upstream, out);
  if (upstream.scheme == UpstreamScheme::https || upstream.scheme == UpstreamScheme::tcp)
    out["keep_warm"] = upstream.keep_warm;
  if (upstream.scheme == UpstreamScheme::zone) out["origin"] = upstream.zone_origin.to_text();
  if (upstream.scheme == UpstreamScheme::udp || upstream.scheme == UpstreamScheme::authority)
    out["ports"] = upstream.ports == policy::PortMode::pool ? "pool" : "fresh";
  return out;
}

const char* to_text(policy::RotateOrder order) {
  switch (order) {
    case policy::RotateOrder::weighted_random:
      return "weighted_random";
    case policy::RotateOrder::round_robin:
      return "round_robin";
    case policy::RotateOrder::hash:
      return "hash";
  }
  return "unknown";
}

Json json_of(const policy::GroupConfig& group) {
  using policy::StrategyKind;
  Json out{{"upstreams", group.upstreams}, {"strategy", policy::to_text(group.strategy)}};
  if (group.strategy == StrategyKind::race || group.strategy == StrategyKind::consensus)
    out["width"] = group.width;
  if (group.strategy == StrategyKind::consensus)
    out["quorum"] = group.quorum;
  else
    out["uniform"] = group.uniform;
  if (group.strategy == StrategyKind::rotate) out["order"] = to_text(group.order);
  if (!group.fallback.empty()) out["fallback"] = group.fallback;
  return out;
}

bool is_upstream(const policy::Config& config, const std::string& name) {
  return std::ranges::find(config.upstreams, name, &policy::UpstreamConfig::name) != config.upstreams.end();
}

/// Groups of one need not be written: routes name the upstream.
Json groups_of(const policy::Config& config) {
  Json out = Json::object();
  for (const auto& group : config.groups) {
    if (!is_upstream(config, group.name)) out[group.name] = json_of(group);
  }
  return out;
}

Json json_of(const policy::RouteConfig& route) {
  return {{"suffix", route.suffix.to_text()},
          {"group", route.group},
          {"dnssec", route.validate ? "validate" : "off"}};
}

const char* to_text(policy::ClockTrust trust) {
  switch (trust) {
    case policy::ClockTrust::guarded:
      return "guarded";
    case policy::ClockTrust::trusted:
      return "trusted";
    case policy::ClockTrust::ignored:
      return "ignored";
  }
  return "unknown";
}

Json json_of(const policy::DnssecConfig& dnssec) {
  return {{"mode", to_text(dnssec.mode)},
          {"trust_anchors",
           list_of(dnssec.trust_anchors, [](const auto& record) { return dns::to_text(record); })},
          {"negative_trust_anchors",
           list_of(dnssec.negative_trust_anchors, [](const auto& name) { return name.to_text(); })},
          {"sha1", dnssec.sha1 ? "on" : "off"},
          {"clock", to_text(dnssec.clock)},
          {"max_nsec3_iterations", dnssec.max_nsec3_iterations},
          {"max_bogus_ttl", time(dnssec.max_bogus_ttl)}};
}

Json json_of(const policy::AdminConfig& admin) {
  Json out = Json::object();
  if (admin.listen) out["listen"] = admin.listen->to_text();
  if (admin.socket) out["socket"] = admin.socket->string();
  if (admin.token_file) out["token_file"] = admin.token_file->string();
  return out;
}

Json json_of(const policy::CacheConfig& cache) {
  return {{"size", size(cache.bytes)},
          {"max_ttl", time(cache.max_ttl)},
          {"max_negative_ttl", time(cache.max_negative_ttl)},
          {"max_stale", time(cache.max_stale)}};
}

Json json_of(const policy::UdpConfig& udp) {
  return {{"queries_per_client", udp.queries_per_client}};
}

Json json_of(const policy::TcpConfig& tcp) {
  return {{"idle_timeout", time(tcp.idle_timeout)},
          {"connections", tcp.connections},
          {"connections_per_client", tcp.connections_per_client},
          {"queries_per_connection", tcp.queries_per_connection}};
}

Json json_of(const policy::TimeoutConfig& timeouts) {
  return {
      {"query", time(timeouts.query)}, {"attempt", time(timeouts.attempt)}, {"stale", time(timeouts.stale)}};
}

const char* to_text(log::Level level) {
  switch (level) {
    case log::Level::debug:
      return "debug";
    case log::Level::info:
      return "info";
    case log::Level::warning:
      return "warning";
    case log::Level::error:
      return "error";
  }
  return "unknown";
}

}  // namespace

std::string config_json(const policy::Config& config) {
  Json out;
  out["listen"] = list_of(config.listen, [](const auto& listen) { return text_of(listen); });
  out["upstreams"] = Json::object();
  for (const auto& upstream : config.upstreams) out["upstreams"][upstream.name] = json_of(upstream);
  if (auto groups = groups_of(config); !groups.empty()) out["groups"] = std::move(groups);
  out["routes"] = list_of(config.routes, [](const auto& route) { return json_of(route); });
  out["allow"] = list_of(config.allow, [](const auto& prefix) { return text_of(prefix); });
  out["cache"] = json_of(config.cache);
  out["udp"] = json_of(config.udp);
  out["tcp"] = json_of(config.tcp);
  out["timeouts"] = json_of(config.timeouts);
  out["dnssec"] = json_of(config.dnssec);
  if (config.state_directory) out["state_directory"] = config.state_directory->string();
  out["workers"] = config.workers;
  out["admin"] = json_of(config.admin);
  out["log"] = {{"format", config.log_format == log::Format::json ? "json" : "text"},
                {"level", to_text(config.log_level)}};
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace tributary::resolver
