#include <nlohmann/json.hpp>

#include "resolver/admin/status.hpp"

namespace tributary::resolver {
namespace {

using Json = nlohmann::ordered_json;

template <typename Value>
void put(Json& json, const char* key, const std::optional<Value>& value) {
  if (value) json[key] = *value;
}

template <typename Items, typename Make>
Json list_of(const Items& items, Make make) {
  Json out = Json::array();
  for (const auto& item : items) out.push_back(make(item));
  return out;
}

Json json_of(const Status::Latency& latency) {
  return {{"p50", latency.p50}, {"p99", latency.p99}};
}

Json json_of(const Status::Configuration& configuration) {
  Json out{{"file", configuration.file},
           {"loaded", configuration.loaded},
           {"reloads", configuration.reloads},
           {"failed_reloads", configuration.failed_reloads}};
  put(out, "last_error", configuration.last_error);
  return out;
}

Json json_of(const Status::Traffic& traffic) {
  Json out{{"queries", traffic.queries}};
  put(out, "queries_per_second", traffic.queries_per_second);
  put(out, "hit_ratio", traffic.hit_ratio);
  if (traffic.cached) out["cached_ms"] = json_of(*traffic.cached);
  if (traffic.uncached) out["uncached_ms"] = json_of(*traffic.uncached);
  return out;
}

Json json_of(const Status::Transition& transition) {
  return {
      {"at", transition.at}, {"from", transition.from}, {"to", transition.to}, {"reason", transition.reason}};
}

Json json_of(const Status::Failure& failure) {
  return {{"at", failure.at},
          {"reason", failure.reason},
          {"detail", failure.detail},
          {"connecting", failure.connecting}};
}

Json json_of(const Status::Upstream& upstream) {
  Json out{{"name", upstream.name},
           {"url", upstream.url},
           {"operator", upstream.operator_name},
           {"state", upstream.state}};
  put(out, "reason", upstream.reason);
  put(out, "since", upstream.since);
  put(out, "next_probe_seconds", upstream.next_probe_seconds);
  out["disabled"] = upstream.disabled;
  out["share"] = upstream.share;
  out["in_flight"] = upstream.in_flight;
  if (upstream.latency) {
    out["p50_ms"] = upstream.latency->p50;
    out["p99_ms"] = upstream.latency->p99;
  }
  out["queries"] = upstream.queries;
  out["replies"] = upstream.replies;
  out["wins"] = upstream.wins;
  out["losses"] = upstream.losses;
  out["hedges"] = upstream.hedges;
  out["disagreements"] = upstream.disagreements;
  out["bogus"] = upstream.bogus;
  out["validates"] = upstream.validates;
  out["failures"] = Json::object();
  for (const auto& [reason, count] : upstream.failures) out["failures"][reason] = count;
  if (upstream.last_failure) out["last_failure"] = json_of(*upstream.last_failure);
  out["transitions"] = list_of(upstream.transitions, [](const auto& each) { return json_of(each); });
  return out;
}

Json json_of(const Status::Group& group) {
  return {{"name", group.name},
          {"strategy", group.strategy},
          {"upstreams", group.upstreams},
          {"degraded", group.degraded}};
}

Json json_of(const Status::Cache& cache) {
  return {{"entries", cache.entries},    {"bytes", cache.bytes},   {"limit", cache.limit},
          {"hits", cache.hits},          {"misses", cache.misses}, {"stale", cache.stale},
          {"evictions", cache.evictions}};
}

Json json_of(const Status::DnssecFailure& failure) {
  return {{"at", failure.at},         {"name", failure.name},
          {"type", failure.type},     {"upstream", failure.upstream},
          {"reason", failure.reason}, {"ede", failure.ede}};
}

Json json_of(const Status::Dnssec& dnssec) {
  return {{"mode", dnssec.mode},
          {"secure", dnssec.secure},
          {"insecure", dnssec.insecure},
          {"bogus", dnssec.bogus},
          {"indeterminate", dnssec.indeterminate},
          {"failures", list_of(dnssec.failures, [](const auto& each) { return json_of(each); })}};
}

Json json_of(const Status::Clock& clock) {
  return {{"state", clock.state},
          {"reason", clock.reason},
          {"max_error_seconds", clock.max_error_seconds},
          {"steps", clock.steps},
          {"last_step_seconds", clock.last_step_seconds}};
}

}  // namespace

std::string status_json(const Status& status) {
  const auto each = [](const auto& item) { return json_of(item); };
  const Json out{{"version", status.version},
                 {"pid", status.pid},
                 {"uptime_seconds", status.uptime_seconds},
                 {"workers", status.workers},
                 {"configuration", json_of(status.configuration)},
                 {"listeners", status.listeners},
                 {"traffic", json_of(status.traffic)},
                 {"upstreams", list_of(status.upstreams, each)},
                 {"groups", list_of(status.groups, each)},
                 {"cache", json_of(status.cache)},
                 {"dnssec", json_of(status.dnssec)},
                 {"clock", json_of(status.clock)},
                 {"link", {{"down", status.link.down}, {"outages", status.link.outages}}},
                 {"problems", list_of(status.problems, [](const Status::Problem& problem) {
                    return Json{{"what", problem.what}, {"remedy", problem.remedy}};
                  })}};
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace tributary::resolver
