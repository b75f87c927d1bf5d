#include "resolver/admin/metrics.hpp"

#include <algorithm>
#include <array>

#include "dns/types.hpp"
#include "resolver/admin/metric_family.hpp"

namespace tributary::resolver {
namespace {

using Type = MetricFamily::Type;
using Families = std::vector<MetricFamily>;

MetricFamily single(std::string_view name, std::string_view help, Type type, double value) {
  MetricFamily result(name, help, type);
  result.add({}, value);
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
  MetricFamily result("queries_total", "Messages from clients, by protocol.", Type::counter);
  result.add({{"protocol", "udp"}}, sum(sources.queries, &QueryCounters::udp));
  result.add({{"protocol", "tcp"}}, sum(sources.queries, &QueryCounters::tcp));
  return result;
}

MetricFamily responses(const MetricSources& sources) {
  MetricFamily result("responses_total", "Responses to clients, by response code.", Type::counter);
  constexpr std::uint16_t shown[] = {0, 1, 2, 3, 4, 5, 16};
  for (const auto rcode : shown) {
    std::uint64_t total = 0;
    for (const auto* worker : sources.queries) total += worker->responses[rcode].get();
    result.add({{"rcode", dns::to_text(static_cast<dns::Rcode>(rcode))}}, static_cast<double>(total));
  }
  return result;
}

MetricFamily drops(const MetricSources& sources) {
  MetricFamily result("dropped_total", "Messages and connections that got no reply, by reason.",
                      Type::counter);
  const auto& listeners = sources.listeners;
  result.add({{"reason", "not_a_query"}}, sum(sources.queries, &QueryCounters::dropped));
  result.add({{"reason", "bad_source"}}, sum(listeners, &ListenerCounters::udp_dropped_bad_source));
  result.add({{"reason", "overload"}}, sum(listeners, &ListenerCounters::udp_dropped_overload));
  result.add({{"reason", "reply_lost"}}, sum(listeners, &ListenerCounters::udp_replies_lost));
  result.add({{"reason", "tcp_connections"}}, sum(listeners, &ListenerCounters::tcp_refused_total));
  result.add({{"reason", "tcp_connections_per_client"}},
             sum(listeners, &ListenerCounters::tcp_refused_per_client));
  result.add({{"reason", "tcp_accept_failed"}}, sum(listeners, &ListenerCounters::tcp_accept_failures));
  return result;
}

void collect_clients(const MetricSources& sources, Families& out) {
  out.push_back(queries(sources));
  out.push_back(responses(sources));
  out.push_back(drops(sources));
  out.push_back(single("coalesced_queries_total",
                       "Queries that waited for the same question of another client.", Type::counter,
                       sum(sources.queries, &QueryCounters::coalesced)));
  out.push_back(single("local_answers_total", "Queries for zones that Tributary holds itself.", Type::counter,
                       sum(sources.queries, &QueryCounters::local)));
  out.push_back(single("tcp_connections_total", "TCP connections accepted.", Type::counter,
                       sum(sources.listeners, &ListenerCounters::tcp_accepted)));
}

void collect_cache(const MetricSources& sources, Families& out) {
  const auto now = sources.cache->statistics();
  out.push_back(single("cache_hits_total", "Queries answered from the cache.", Type::counter,
                       sum(sources.queries, &QueryCounters::cache_hits)));
  out.push_back(single("cache_misses_total", "Queries that the cache had no answer to.", Type::counter,
                       sum(sources.queries, &QueryCounters::cache_misses)));
  out.push_back(single("stale_answers_total", "Queries answered with what had expired.", Type::counter,
                       sum(sources.queries, &QueryCounters::stale_answers)));
  out.push_back(single("refreshes_total", "Questions asked anew ahead of the expiry of their answer.",
                       Type::counter, sum(sources.queries, &QueryCounters::refreshes)));
  out.push_back(single("refresh_failures_total", "Such questions that brought no answer.", Type::counter,
                       sum(sources.queries, &QueryCounters::refresh_failures)));
  out.push_back(single("cache_evictions_total", "Entries dropped for want of room.", Type::counter,
                       static_cast<double>(now.evictions)));
  out.push_back(single("cache_entries", "Entries in the cache, expired ones included.", Type::gauge,
                       static_cast<double>(now.entries)));
  out.push_back(single("cache_bytes", "Memory of the entries and their index.", Type::gauge,
                       static_cast<double>(now.bytes)));
  out.push_back(single("cache_limit_bytes", "Memory that entries and index may take.", Type::gauge,
                       static_cast<double>(now.limit)));
}

MetricFamily cache_loads(const CacheLoadCounters& counters) {
  MetricFamily result("cache_load_records_total",
                      "Answers in cache files that were loaded, by what became of them.", Type::counter);
  result.add({{"result", "loaded"}}, value_of(counters.loaded));
  result.add({{"result", "skipped"}}, value_of(counters.skipped));
  result.add({{"result", "expired"}}, value_of(counters.expired));
  return result;
}

double sum(const std::vector<const QueryCounters*>& workers, Counter ValidationCounters::*counter) {
  double total = 0;
  for (const auto* worker : workers) total += static_cast<double>((worker->validation.*counter).get());
  return total;
}

void collect_validation(const MetricSources& sources, Families& out) {
  MetricFamily verdicts("dnssec_verdicts_total", "Replies that were validated, by what was found.",
                        Type::counter);
  verdicts.add({{"verdict", "secure"}}, sum(sources.queries, &ValidationCounters::secure));
  verdicts.add({{"verdict", "insecure"}}, sum(sources.queries, &ValidationCounters::insecure));
  verdicts.add({{"verdict", "bogus"}}, sum(sources.queries, &ValidationCounters::bogus));
  verdicts.add({{"verdict", "indeterminate"}}, sum(sources.queries, &ValidationCounters::indeterminate));
  out.push_back(std::move(verdicts));
  out.push_back(single("dnssec_signature_checks_total", "Signatures that were checked.", Type::counter,
                       sum(sources.queries, &ValidationCounters::signature_checks)));
  out.push_back(single("dnssec_denied_from_cache_total",
                       "Questions that known denials have answered (RFC 8198).", Type::counter,
                       sum(sources.queries, &ValidationCounters::denied_from_cache)));
}

void add_states(MetricFamily& family, const Health& upstream) {
  using State = CircuitBreaker::State;
  for (const auto state : {State::closed, State::open, State::half_open}) {
    family.add({{"upstream", upstream.name()}, {"state", to_text(state)}}, upstream.state() == state ? 1 : 0);
  }
}

void add_failures(MetricFamily& family, const Health& upstream) {
  for (std::size_t kind = 0; kind < failure_kinds; ++kind) {
    if (kind == static_cast<std::size_t>(Failure::Kind::cancelled)) continue;  // is nobody's, and not counted
    family.add({{"upstream", upstream.name()}, {"reason", to_text(static_cast<Failure::Kind>(kind))}},
               value_of(upstream.counters().failures[kind]));
  }
}

void add_ttl_anomalies(MetricFamily& family, const Health& upstream) {
  for (std::size_t kind = 0; kind < ttl_anomaly_kinds; ++kind)
    family.add({{"upstream", upstream.name()}, {"kind", to_text(static_cast<TtlAnomaly>(kind))}},
               value_of(upstream.counters().ttl_anomalies[kind]));
}

void add_latency(MetricFamily& family, const Health& upstream) {
  const auto& counters = upstream.counters();
  std::array<std::uint64_t, latency_bounds.size() + 1> counts;
  std::ranges::transform(counters.latency, counts.begin(),
                         [](const auto& counter) { return counter.load(std::memory_order_relaxed); });
  family.add_histogram({"upstream", upstream.name()}, latency_bounds, counts,
                       value_of(counters.latency_nanoseconds) / 1e9);
}

void collect_upstreams(const MetricSources& sources, Families& out) {
  MetricFamily state("upstream_state", "1 for the state that the upstream's breaker is in.", Type::gauge);
  MetricFamily queries("upstream_queries_total", "Client queries sent to the upstream.", Type::counter);
  MetricFamily probes("upstream_probes_total", "Probes sent to the upstream.", Type::counter);
  MetricFamily replies("upstream_replies_total", "Replies from the upstream.", Type::counter);
  MetricFamily wins("upstream_wins_total", "Replies of the upstream that were accepted.", Type::counter);
  MetricFamily failures("upstream_failures_total", "Exchanges that brought no reply, by reason.",
                        Type::counter);
  MetricFamily overdue("upstream_overdue_total", "Exchanges that took longer than replies usually do.",
                       Type::counter);
  MetricFamily hedged("upstream_hedged_total", "Queries that another upstream was asked, too, because of it.",
                      Type::counter);
  MetricFamily outdone("upstream_outdone_total", "Errors of the upstream where another one had an answer.",
                       Type::counter);
  MetricFamily disagreements("upstream_disagreements_total",
                             "Answers that contradict the one that was accepted.", Type::counter);
  MetricFamily bogus("upstream_bogus_total", "Replies of the upstream that failed validation.",
                     Type::counter);
  MetricFamily ttl_anomalies("upstream_ttl_anomalies_total", "TTLs that are odd, by what is wrong with them.",
                             Type::counter);
  MetricFamily injections("upstream_injections_total",
                          "UDP queries that two different replies came to: somebody forges.", Type::counter);
  MetricFamily latency("upstream_latency_seconds", "From sending to the reply, without connecting.",
                       Type::histogram);
  for (const auto* upstream : sources.upstreams) {
    const MetricFamily::Label label{"upstream", upstream->name()};
    add_states(state, *upstream);
    queries.add({label}, value_of(upstream->counters().queries));
    probes.add({label}, value_of(upstream->counters().probes));
    replies.add({label}, value_of(upstream->counters().replies));
    wins.add({label}, value_of(upstream->counters().wins));
    add_failures(failures, *upstream);
    overdue.add({label}, value_of(upstream->counters().overdue));
    hedged.add({label}, value_of(upstream->counters().hedged));
    outdone.add({label}, value_of(upstream->counters().outdone));
    disagreements.add({label}, value_of(upstream->counters().disagreements));
    bogus.add({label}, value_of(upstream->counters().bogus));
    add_ttl_anomalies(ttl_anomalies, *upstream);
    injections.add({label}, value_of(upstream->counters().injections));
    add_latency(latency, *upstream);
  }
  for (auto* each : {&state, &queries, &probes, &replies, &wins, &failures, &overdue, &hedged, &outdone,
                     &disagreements, &bogus, &ttl_anomalies, &injections, &latency})
    out.push_back(std::move(*each));
}

double seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

void collect_standings(const MetricSources& sources, Instant now, Families& out) {
  MetricFamily typical("upstream_typical_latency_seconds",
                       "Median of the last replies; 0 when none is recent.", Type::gauge);
  MetricFamily penalty("upstream_penalty_seconds", "Added to the latency, in choosing, for recent failures.",
                       Type::gauge);
  MetricFamily share("upstream_share", "Of the usual load: less than 1 while slow or just come back.",
                     Type::gauge);
  MetricFamily in_flight("upstream_in_flight", "Exchanges that have not ended.", Type::gauge);
  MetricFamily validates("upstream_validates", "0 while the upstream's replies do not stand validation.",
                         Type::gauge);
  for (const auto* upstream : sources.upstreams) {
    const MetricFamily::Label label{"upstream", upstream->name()};
    const Standing standing = upstream->standing(now);
    typical.add({label}, seconds(standing.typical_rtt));
    penalty.add({label}, seconds(standing.penalty));
    share.add({label}, standing.share);
    in_flight.add({label}, standing.in_flight);
    validates.add({label}, upstream->validates(now) ? 1 : 0);
  }
  for (auto* each : {&typical, &penalty, &share, &in_flight, &validates}) out.push_back(std::move(*each));
}

void collect_groups(const MetricSources& sources, Families& out) {
  MetricFamily degraded("group_degraded", "1 while stale and local answers are served at once.", Type::gauge);
  for (const auto& group : sources.groups) degraded.add({{"group", group.name}}, group.degraded() ? 1 : 0);
  out.push_back(std::move(degraded));
}

void collect_link(const LocalLink& link, Families& out) {
  out.push_back(single("link_down", "1 while our own way to the network seems to be down.", Type::gauge,
                       link.down() ? 1 : 0));
  out.push_back(single("link_outages_total", "How often our own way to the network went down.", Type::counter,
                       static_cast<double>(link.outages())));
}

void collect_clock(const dnssec::SharedClockState& clock, Families& out) {
  using dnssec::ClockState;
  MetricFamily state("clock_state", "1 for what the wall clock is worth.", Type::gauge);
  for (const auto one : {ClockState::synced, ClockState::rough, ClockState::bad})
    state.add({{"state", to_text(one)}}, clock.view().state == one ? 1 : 0);
  out.push_back(std::move(state));
  const auto figures = clock.figures();
  out.push_back(single("clock_steps_total", "How often the wall clock was set.", Type::counter,
                       static_cast<double>(figures.steps)));
  out.push_back(single("clock_last_step_seconds", "By how much it was set the last time.", Type::gauge,
                       seconds(figures.last_step)));
  out.push_back(single("clock_max_error_seconds", "The kernel's bound on its error; 0 if it cannot be asked.",
                       Type::gauge, seconds(figures.max_error)));
}

void collect_reloads(const ReloadStatus::View& reloads, Families& out) {
  MetricFamily total("reloads_total", "Reloads of the configuration, by result.", Type::counter);
  total.add({{"result", "success"}}, static_cast<double>(reloads.succeeded));
  total.add({{"result", "failure"}}, static_cast<double>(reloads.failed));
  out.push_back(std::move(total));
  out.push_back(single("last_reload_successful", "0 if the last configuration that was read was refused.",
                       Type::gauge, reloads.errors.empty() ? 1 : 0));
  out.push_back(single("last_reload_success_timestamp_seconds",
                       "When the present configuration was read, since 1970.", Type::gauge,
                       static_cast<double>(reloads.loaded.time_since_epoch().count())));
}

}  // namespace

std::string metrics_text(const MetricSources& sources, Instant now) {
  Families families;
  MetricFamily build("build_info", "Always 1; the version is in the label.", Type::gauge);
  build.add({{"version", sources.version}}, 1);
  families.push_back(std::move(build));
  collect_clients(sources, families);
  collect_cache(sources, families);
  if (sources.cache_load != nullptr) families.push_back(cache_loads(*sources.cache_load));
  collect_validation(sources, families);
  collect_upstreams(sources, families);
  collect_standings(sources, now, families);
  collect_groups(sources, families);
  collect_link(*sources.link, families);
  collect_clock(*sources.clock, families);
  collect_reloads(sources.reloads->view(), families);
  std::string text;
  for (const auto& family : families) text += family.text();
  return text;
}

}  // namespace tributary::resolver
