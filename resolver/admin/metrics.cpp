#include "resolver/admin/metrics.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include "dns/types.hpp"

namespace tributary::resolver {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

MetricFamily family(std::string name, std::string help, MetricType type) {
  return {"tributary_" + std::move(name), std::move(help), type, {}};
}

void add(MetricFamily& family, Labels labels, double value) {
  ClientMetric metric;
  metric.label = std::move(labels);
  if (family.type == MetricType::Counter) {
    metric.counter.value = value;
  } else {
    metric.gauge.value = value;
  }
  family.metric.push_back(std::move(metric));
}

MetricFamily single(std::string name, std::string help, MetricType type, double value) {
  auto result = family(std::move(name), std::move(help), type);
  add(result, {}, value);
  return result;
}

template <typename Counters>
double sum(const std::vector<const Counters*>& workers, Counter Counters::*counter) {
  std::uint64_t total = 0;
  for (const auto* worker : workers) total += (worker->*counter).get();
  return static_cast<double>(total);
}

double value_of(const std::atomic<std::uint64_t>& counter) {
  return static_cast<double>(counter.load(std::memory_order_relaxed));
}

MetricFamily queries(const MetricSources& sources) {
  auto result = family("queries_total", "Messages from clients, by protocol.", MetricType::Counter);
  add(result, {{"protocol", "udp"}}, sum(sources.queries, &QueryCounters::udp));
  add(result, {{"protocol", "tcp"}}, sum(sources.queries, &QueryCounters::tcp));
  return result;
}

MetricFamily responses(const MetricSources& sources) {
  auto result = family("responses_total", "Responses to clients, by response code.", MetricType::Counter);
  constexpr std::uint16_t shown[] = {0, 1, 2, 3, 4, 5, 16};
  for (const auto rcode : shown) {
    std::uint64_t total = 0;
    for (const auto* worker : sources.queries) total += worker->responses[rcode].get();
    add(result, {{"rcode", dns::to_text(static_cast<dns::Rcode>(rcode))}}, static_cast<double>(total));
  }
  return result;
}

MetricFamily drops(const MetricSources& sources) {
  auto result =
      family("dropped_total", "Messages and connections that got no reply, by reason.", MetricType::Counter);
  const auto& listeners = sources.listeners;
  add(result, {{"reason", "not_a_query"}}, sum(sources.queries, &QueryCounters::dropped));
  add(result, {{"reason", "bad_source"}}, sum(listeners, &ListenerCounters::udp_dropped_bad_source));
  add(result, {{"reason", "overload"}}, sum(listeners, &ListenerCounters::udp_dropped_overload));
  add(result, {{"reason", "reply_lost"}}, sum(listeners, &ListenerCounters::udp_replies_lost));
  add(result, {{"reason", "tcp_connections"}}, sum(listeners, &ListenerCounters::tcp_refused_total));
  add(result, {{"reason", "tcp_connections_per_client"}},
      sum(listeners, &ListenerCounters::tcp_refused_per_client));
  add(result, {{"reason", "tcp_accept_failed"}}, sum(listeners, &ListenerCounters::tcp_accept_failures));
  return result;
}

void collect_clients(const MetricSources& sources, std::vector<MetricFamily>& out) {
  out.push_back(queries(sources));
  out.push_back(responses(sources));
  out.push_back(drops(sources));
  out.push_back(single("coalesced_queries_total",
                       "Queries that waited for the same question of another client.", MetricType::Counter,
                       sum(sources.queries, &QueryCounters::coalesced)));
  out.push_back(single("local_answers_total", "Queries for zones that Tributary holds itself.",
                       MetricType::Counter, sum(sources.queries, &QueryCounters::local)));
  out.push_back(single("tcp_connections_total", "TCP connections accepted.", MetricType::Counter,
                       sum(sources.listeners, &ListenerCounters::tcp_accepted)));
}

void collect_cache(const MetricSources& sources, std::vector<MetricFamily>& out) {
  const auto now = sources.cache->statistics();
  out.push_back(single("cache_hits_total", "Queries answered from the cache.", MetricType::Counter,
                       sum(sources.queries, &QueryCounters::cache_hits)));
  out.push_back(single("cache_misses_total", "Queries that the cache had no answer to.", MetricType::Counter,
                       sum(sources.queries, &QueryCounters::cache_misses)));
  out.push_back(single("cache_evictions_total", "Entries dropped for want of room.", MetricType::Counter,
                       static_cast<double>(now.evictions)));
  out.push_back(single("cache_entries", "Entries in the cache, expired ones included.", MetricType::Gauge,
                       static_cast<double>(now.entries)));
  out.push_back(single("cache_bytes", "Memory of the entries and their index.", MetricType::Gauge,
                       static_cast<double>(now.bytes)));
  out.push_back(single("cache_limit_bytes", "Memory that entries and index may take.", MetricType::Gauge,
                       static_cast<double>(now.limit)));
}

void add_states(MetricFamily& family, const Health& upstream) {
  using State = CircuitBreaker::State;
  for (const auto state : {State::closed, State::open, State::half_open}) {
    add(family, {{"upstream", upstream.name()}, {"state", to_text(state)}},
        upstream.state() == state ? 1 : 0);
  }
}

void add_failures(MetricFamily& family, const Health& upstream) {
  for (std::size_t kind = 0; kind < failure_kinds; ++kind) {
    add(family, {{"upstream", upstream.name()}, {"reason", to_text(static_cast<Failure::Kind>(kind))}},
        value_of(upstream.counters().failures[kind]));
  }
}

void add_latency(MetricFamily& family, const Health& upstream) {
  const auto& counters = upstream.counters();
  ClientMetric metric;
  metric.label = {{"upstream", upstream.name()}};
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < counters.latency.size(); ++i) {
    below += counters.latency[i].load(std::memory_order_relaxed);
    const double bound =
        i < latency_bounds.size() ? latency_bounds[i] : std::numeric_limits<double>::infinity();
    metric.histogram.bucket.push_back({below, bound});
  }
  metric.histogram.sample_count = below;
  metric.histogram.sample_sum = value_of(counters.latency_nanoseconds) / 1e9;
  family.metric.push_back(std::move(metric));
}

void collect_upstreams(const MetricSources& sources, std::vector<MetricFamily>& out) {
  auto state =
      family("upstream_state", "1 for the state that the upstream's breaker is in.", MetricType::Gauge);
  auto queries =
      family("upstream_queries_total", "Client queries sent to the upstream.", MetricType::Counter);
  auto probes = family("upstream_probes_total", "Probes sent to the upstream.", MetricType::Counter);
  auto replies = family("upstream_replies_total", "Replies from the upstream.", MetricType::Counter);
  auto wins =
      family("upstream_wins_total", "Replies of the upstream that were accepted.", MetricType::Counter);
  auto failures =
      family("upstream_failures_total", "Exchanges that brought no reply, by reason.", MetricType::Counter);
  auto latency = family("upstream_latency_seconds", "From sending to the reply, without connecting.",
                        MetricType::Histogram);
  for (const auto* upstream : sources.upstreams) {
    const Labels labels{{"upstream", upstream->name()}};
    add_states(state, *upstream);
    add(queries, labels, value_of(upstream->counters().queries));
    add(probes, labels, value_of(upstream->counters().probes));
    add(replies, labels, value_of(upstream->counters().replies));
    add(wins, labels, value_of(upstream->counters().wins));
    add_failures(failures, *upstream);
    add_latency(latency, *upstream);
  }
  for (auto* each : {&state, &queries, &probes, &replies, &wins, &failures, &latency})
    out.push_back(std::move(*each));
}

}  // namespace

std::string metrics_text(const MetricSources& sources) {
  std::vector<MetricFamily> families;
  auto build = family("build_info", "Always 1; the version is in the label.", MetricType::Gauge);
  add(build, {{"version", sources.version}}, 1);
  families.push_back(std::move(build));
  collect_clients(sources, families);
  collect_cache(sources, families);
  collect_upstreams(sources, families);
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace tributary::resolver
