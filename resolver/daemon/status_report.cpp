#include "resolver/daemon/status_report.hpp"

#include <unistd.h>

#include <algorithm>

#include "base/utc_text.hpp"
#include "policy/config_words.hpp"
#include "policy/service_url.hpp"
#include "resolver/daemon/resolv_conf_problems.hpp"

namespace tributary::resolver {
namespace {

constexpr std::size_t most_dnssec_failures = 50;

/// From the clock that everything expires by to the one on the wall.
struct Calendar {
  Instant now;
  Duration realtime;

  std::string text(Instant at) const { return utc_text(realtime - (now - at)); }
};

double seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

double milliseconds(Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

std::uint64_t value(const std::atomic<std::uint64_t>& counter) {
  return counter.load(std::memory_order_relaxed);
}

template <typename Read>
std::uint64_t sum(const MetricSources& sources, Read read) {
  std::uint64_t total = 0;
  for (const auto* worker : sources.queries) total += read(*worker).get();
  return total;
}

std::uint64_t sum(const MetricSources& sources, Counter QueryCounters::*counter) {
  return sum(sources, [counter](const QueryCounters& worker) -> const Counter& { return worker.*counter; });
}

std::uint64_t sum(const MetricSources& sources, Counter ValidationCounters::*counter) {
  return sum(sources,
             [counter](const QueryCounters& worker) -> const Counter& { return worker.validation.*counter; });
}

std::vector<std::string> listeners_of(const policy::Config& config) {
  std::vector<std::string> out;
  for (const auto& listen : config.listen)
    out.push_back((listen.protocol == policy::ListenProtocol::udp ? "udp://" : "tcp://") +
                  listen.address.to_text());
  return out;
}

Status::Configuration configuration_of(const policy::Config& config, const ReloadStatus::View& reloads) {
  Status::Configuration out;
  out.file = config.file.string();
  out.loaded = utc_text(reloads.loaded.time_since_epoch());
  out.reloads = reloads.succeeded;
  out.failed_reloads = reloads.failed;
  if (!reloads.errors.empty()) out.last_error = reloads.errors.front();
  return out;
}

std::optional<Status::Latency> latency_of(const std::optional<Percentiles>& recent) {
  if (!recent) return std::nullopt;
  return Status::Latency{milliseconds(recent->p50), milliseconds(recent->p99)};
}

Status::Traffic traffic_of(const StatusSources& sources) {
  Status::Traffic out;
  out.queries = queries_received(sources.metrics);
  if (sources.recent) {
    out.queries_per_second = sources.recent->queries_per_second;
    out.cached = latency_of(sources.recent->latencies.cached);
    out.uncached = latency_of(sources.recent->latencies.uncached);
  }
  const auto hits = sum(sources.metrics, &QueryCounters::cache_hits);
  const auto all = hits + sum(sources.metrics, &QueryCounters::cache_misses);
  if (all > 0) out.hit_ratio = static_cast<double>(hits) / static_cast<double>(all);
  return out;
}

std::map<std::string, std::uint64_t> failures_of(const Health& health) {
  std::map<std::string, std::uint64_t> out;
  for (std::size_t kind = 0; kind < failure_kinds; ++kind) {
    const auto count = value(health.counters().failures[kind]);
    if (count > 0) out.emplace(to_text(static_cast<Failure::Kind>(kind)), count);
  }
  return out;
}

void put_counters(const UpstreamCounters& counters, Status::Upstream& out) {
  out.queries = value(counters.queries);
  out.replies = value(counters.replies);
  out.wins = value(counters.wins);
  const auto accounted = out.wins + value(counters.probes);
  out.losses = out.replies > accounted ? out.replies - accounted : 0;
  out.hedges = value(counters.hedged);
  out.disagreements = value(counters.disagreements);
  out.bogus = value(counters.bogus);
}

std::optional<Status::Failure> last_failure(const HealthReport& report, const Calendar& calendar) {
  if (!report.last_failure) return std::nullopt;
  const auto& [at, failure] = *report.last_failure;
  return Status::Failure{calendar.text(at), to_text(failure.kind), failure.detail, failure.connecting};
}

void put_changes(const HealthReport& report, const Calendar& calendar, Status::Upstream& out) {
  for (const auto& change : report.changes)
    out.transitions.push_back(
        {calendar.text(change.at), to_text(change.from), to_text(change.to), change.reason});
  if (out.transitions.empty()) return;
  out.reason = out.transitions.front().reason;
  out.since = out.transitions.front().at;
}

Status::Upstream upstream_of(const policy::UpstreamConfig& config, const Health& health,
                             const Calendar& calendar) {
  const auto report = health.report(calendar.now);
  const auto standing = health.standing(calendar.now);
  Status::Upstream out;
  out.name = config.name;
  out.url = policy::to_url(config);
  out.operator_name = config.operator_name;
  out.disabled = health.disabled();
  out.state = out.disabled ? "disabled" : to_text(health.state());
  out.share = standing.share;
  out.in_flight = standing.in_flight;
  out.validates = health.validates(calendar.now);
  out.failures = failures_of(health);
  out.last_failure = last_failure(report, calendar);
  if (report.probe_due) out.next_probe_seconds = std::max(0.0, seconds(*report.probe_due - calendar.now));
  if (report.p99 > Duration::zero())
    out.latency = Status::Latency{milliseconds(report.p50), milliseconds(report.p99)};
  put_counters(health.counters(), out);
  put_changes(report, calendar, out);
  return out;
}

Status::Cache cache_of(const MetricSources& sources) {
  const auto now = sources.cache->statistics();
  return {now.entries,
          now.bytes,
          now.limit,
          sum(sources, &QueryCounters::cache_hits),
          sum(sources, &QueryCounters::cache_misses),
          sum(sources, &QueryCounters::stale_answers),
          now.evictions.fresh()};
}

/// Of all upstreams together, newest first.
std::vector<Status::DnssecFailure> dnssec_failures(const MetricSources& sources, const Calendar& calendar) {
  std::vector<std::pair<BogusReply, std::string>> found;
  for (const auto* health : sources.upstreams) {
    for (auto& reply : health->report(calendar.now).bogus)
      found.emplace_back(std::move(reply), health->name());
  }
  std::ranges::stable_sort(found, std::greater(), [](const auto& one) { return one.first.at; });
  if (found.size() > most_dnssec_failures) found.resize(most_dnssec_failures);
  std::vector<Status::DnssecFailure> out;
  for (const auto& [reply, upstream] : found)
    out.push_back({calendar.text(reply.at), reply.question.name.to_text(), dns::to_text(reply.question.type),
                   upstream, reply.error.text, static_cast<std::uint16_t>(reply.error.code)});
  return out;
}

Status::Dnssec dnssec_of(const StatusSources& sources, const Calendar& calendar) {
  const auto& metrics = sources.metrics;
  return {std::string(to_text(sources.config.dnssec.mode)), sum(metrics, &ValidationCounters::secure),
          sum(metrics, &ValidationCounters::insecure),      sum(metrics, &ValidationCounters::bogus),
          sum(metrics, &ValidationCounters::indeterminate), dnssec_failures(metrics, calendar)};
}

Status::Clock clock_of(const dnssec::SharedClockState& clock) {
  const auto figures = clock.figures();
  return {std::string(to_text(clock.view().state)), clock.why(), seconds(figures.max_error),
          seconds(figures.last_step), figures.steps};
}

}  // namespace

std::uint64_t queries_received(const MetricSources& metrics) {
  std::uint64_t sum = 0;
  for (const auto* worker : metrics.listeners) sum += worker->arrivals.total();
  return sum;
}

Status status_report(const StatusSources& sources, Instant now, Duration realtime) {
  const Calendar calendar{now, realtime};
  const auto& config = sources.config;
  const auto& metrics = sources.metrics;
  Status out;
  out.version = metrics.version;
  out.pid = ::getpid();
  out.uptime_seconds = seconds(now - sources.started);
  out.workers = config.workers;
  out.configuration = configuration_of(config, metrics.reloads->view());
  out.listeners = listeners_of(config);
  out.traffic = traffic_of(sources);
  for (std::size_t i = 0; i < config.upstreams.size(); ++i)
    out.upstreams.push_back(upstream_of(config.upstreams[i], *metrics.upstreams[i], calendar));
  for (std::size_t i = 0; i < config.groups.size(); ++i) {
    const auto& group = config.groups[i];
    out.groups.push_back(
        {group.name, std::string(to_text(group.strategy)), group.upstreams, metrics.groups[i].degraded()});
  }
  out.cache = cache_of(metrics);
  out.dnssec = dnssec_of(sources, calendar);
  out.clock = clock_of(*metrics.clock);
  out.link = {metrics.link->down(), metrics.link->outages()};
  out.problems = problems_of(out);
  for (auto& problem : resolv_conf_problems(sources.resolv_conf, config))
    out.problems.push_back(std::move(problem));
  return out;
}

std::optional<std::string> no_usable_source(const policy::Config& config, const MetricSources& metrics) {
  for (std::size_t i = 0; i < config.upstreams.size(); ++i) {
    const auto& health = *metrics.upstreams[i];
    const bool in_memory = config.upstreams[i].scheme == policy::UpstreamScheme::zone;
    if (!health.disabled() && (in_memory || health.state() != CircuitBreaker::State::open))
      return std::nullopt;
  }
  return "no source can be used: every upstream is open or disabled";
}

}  // namespace tributary::resolver
