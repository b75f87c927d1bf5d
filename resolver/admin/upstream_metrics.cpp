#include "resolver/admin/metric_parts.hpp"

namespace tributary::resolver {
namespace {

using Type = MetricFamily::Type;
using Upstreams = std::vector<const Health*>;

double value_of(const std::atomic<std::uint64_t>& counter) {
  return static_cast<double>(counter.load(std::memory_order_relaxed));
}

double value_of(const SharedCounter& counter) {
  return static_cast<double>(counter.get());
}

MetricFamily states(const Upstreams& upstreams) {
  using State = CircuitBreaker::State;
  MetricFamily result("upstream_state", "1 for the state that the upstream's breaker is in.", Type::gauge);
  for (const auto* upstream : upstreams) {
    const auto now = upstream->state();
    for (const auto state : {State::closed, State::open, State::half_open})
      result.add({{"upstream", upstream->name()}, {"state", to_text(state)}}, now == state ? 1 : 0);
  }
  return result;
}

MetricFamily failures(const Upstreams& upstreams) {
  MetricFamily result("upstream_failures_total", "Exchanges that brought no reply, by reason.",
                      Type::counter);
  for (const auto* upstream : upstreams) {
    for (std::size_t kind = 0; kind < failure_kinds; ++kind) {
      if (kind == static_cast<std::size_t>(Failure::Kind::cancelled)) continue;  // nobody's, and not counted
      result.add({{"upstream", upstream->name()}, {"reason", to_text(static_cast<Failure::Kind>(kind))}},
                 value_of(upstream->counters().failures[kind]));
    }
  }
  return result;
}

MetricFamily ttl_anomalies(const Upstreams& upstreams) {
  MetricFamily result("upstream_ttl_anomalies_total", "TTLs that are odd, by what is wrong with them.",
                      Type::counter);
  for (const auto* upstream : upstreams)
    for (std::size_t kind = 0; kind < ttl_anomaly_kinds; ++kind)
      result.add({{"upstream", upstream->name()}, {"kind", to_text(static_cast<TtlAnomaly>(kind))}},
                 value_of(upstream->counters().ttl_anomalies[kind]));
  return result;
}

MetricFamily connections(const Upstreams& upstreams) {
  MetricFamily result(
      "upstream_connections_total",
      "Connections that were opened, and queries that were sent on one that was there already.",
      Type::counter);
  for (const auto* upstream : upstreams) {
    const auto& [opened, reused] = upstream->counters().connections;
    result.add({{"upstream", upstream->name()}, {"use", "new"}}, value_of(opened));
    result.add({{"upstream", upstream->name()}, {"use", "reused"}}, value_of(reused));
  }
  return result;
}

MetricFamily latencies(const Upstreams& upstreams) {
  MetricFamily result("upstream_latency_seconds", "From sending to the reply, without connecting.",
                      Type::histogram);
  for (const auto* upstream : upstreams)
    result.add({"upstream", upstream->name()}, upstream->counters().latency.counts());
  return result;
}

/// What is counted without further distinction.
struct PlainCounter {
  const char *name, *help;
  std::atomic<std::uint64_t> UpstreamCounters::*counter;
};
constexpr PlainCounter plain_counters[] = {
    {"upstream_queries_total", "Client queries sent to the upstream.", &UpstreamCounters::queries},
    {"upstream_probes_total", "Probes sent to the upstream.", &UpstreamCounters::probes},
    {"upstream_replies_total", "Replies from the upstream.", &UpstreamCounters::replies},
    {"upstream_wins_total", "Replies of the upstream that were accepted.", &UpstreamCounters::wins},
    {"upstream_losses_total", "Replies of the upstream where another's was accepted.",
     &UpstreamCounters::losses},
    {"upstream_overdue_total", "Exchanges that took longer than replies usually do.",
     &UpstreamCounters::overdue},
    {"upstream_hedged_total", "Queries that another upstream was asked, too, because of it.",
     &UpstreamCounters::hedged},
    {"upstream_hedges_total", "Queries sent to the upstream because others were slow to answer.",
     &UpstreamCounters::hedges},
    {"upstream_hedge_wins_total", "Such queries whose reply was accepted.", &UpstreamCounters::hedge_wins},
    {"upstream_outdone_total", "Errors of the upstream where another one had an answer.",
     &UpstreamCounters::outdone},
    {"upstream_disagreements_total", "Answers that contradict the one that was accepted.",
     &UpstreamCounters::disagreements},
    {"upstream_bogus_total", "Replies of the upstream that failed validation.", &UpstreamCounters::bogus},
    {"upstream_injections_total", "UDP queries that two different replies came to: somebody forges.",
     &UpstreamCounters::injections},
};

void collect_counters(const Upstreams& upstreams, MetricFamilies& out) {
  for (const auto& [name, help, counter] : plain_counters) {
    MetricFamily family(name, help, Type::counter);
    for (const auto* upstream : upstreams)
      family.add({{"upstream", upstream->name()}}, value_of(upstream->counters().*counter));
    out.push_back(std::move(family));
  }
}

void collect_standings(const Upstreams& upstreams, Instant now, MetricFamilies& out) {
  MetricFamily typical("upstream_typical_latency_seconds",
                       "Median of the last replies; 0 when none is recent.", Type::gauge);
  MetricFamily penalty("upstream_penalty_seconds", "Added to the latency, in choosing, for recent failures.",
                       Type::gauge);
  MetricFamily share("upstream_share", "Of the usual load: less than 1 while slow or just come back.",
                     Type::gauge);
  MetricFamily in_flight("upstream_in_flight", "Exchanges that have not ended.", Type::gauge);
  MetricFamily validates("upstream_validates", "0 while the upstream's replies do not stand validation.",
                         Type::gauge);
  for (const auto* upstream : upstreams) {
    const MetricFamily::Label label{"upstream", upstream->name()};
    const Standing standing = upstream->standing(now);
    typical.add({label}, in_seconds(standing.typical_rtt));
    penalty.add({label}, in_seconds(standing.penalty));
    share.add({label}, standing.share);
    in_flight.add({label}, standing.in_flight);
    validates.add({label}, upstream->validates(now) ? 1 : 0);
  }
  for (auto* each : {&typical, &penalty, &share, &in_flight, &validates}) out.push_back(std::move(*each));
}

}  // namespace

void collect_upstream_metrics(const MetricSources& sources, Instant now, MetricFamilies& out) {
  const auto& upstreams = sources.upstreams;
  out.push_back(states(upstreams));
  collect_counters(upstreams, out);
  out.push_back(failures(upstreams));
  out.push_back(ttl_anomalies(upstreams));
  out.push_back(connections(upstreams));
  out.push_back(latencies(upstreams));
  collect_standings(upstreams, now, out);
}

}  // namespace tributary::resolver
