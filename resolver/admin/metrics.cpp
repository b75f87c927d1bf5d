#include "resolver/admin/metrics.hpp"

#include "resolver/admin/metric_parts.hpp"

namespace tributary::resolver {
namespace {

using Type = MetricFamily::Type;

MetricFamily build_info(const std::string& version) {
  MetricFamily result("build_info", "Always 1; the version is in the label.", Type::gauge);
  result.add({{"version", version}}, 1);
  return result;
}

MetricFamily degraded_groups(const std::vector<MetricSources::Group>& groups) {
  MetricFamily result("group_degraded", "1 while stale and local answers are served at once.", Type::gauge);
  for (const auto& group : groups) result.add({{"group", group.name}}, group.degraded() ? 1 : 0);
  return result;
}

void collect_link(const LocalLink& link, MetricFamilies& out) {
  out.push_back(single("link_down", "1 while our own way to the network seems to be down.", Type::gauge,
                       link.down() ? 1 : 0));
  out.push_back(single("link_outages_total", "How often our own way to the network went down.", Type::counter,
                       link.outages()));
}

void collect_reloads(const ReloadStatus::View& reloads, MetricFamilies& out) {
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

void collect_query_log(const QueryLogTotals& totals, MetricFamilies& out) {
  MetricFamily written("querylog_written_total", "Queries written to the query log.", Type::counter);
  written.add({{"to", "dnstap"}}, static_cast<double>(totals.dnstap_written));
  written.add({{"to", "json"}}, static_cast<double>(totals.json_written));
  out.push_back(std::move(written));
  MetricFamily dropped("querylog_dropped_total",
                       "Queries that the log left out, by what had no room for them.", Type::counter);
  dropped.add({{"at", "queue"}}, static_cast<double>(totals.queue_full));
  dropped.add({{"at", "dnstap"}}, static_cast<double>(totals.dnstap_dropped));
  dropped.add({{"at", "json"}}, static_cast<double>(totals.json_dropped));
  out.push_back(std::move(dropped));
}

}  // namespace

ClientLatencies client_latencies(const MetricSources& sources) {
  ClientLatencies out;
  for (const auto* worker : sources.listeners) {
    out.cached += worker->cached.counts();
    out.uncached += worker->uncached.counts();
  }
  return out;
}

std::string metrics_text(const MetricSources& sources, Instant now) {
  MetricFamilies families;
  families.push_back(build_info(sources.version));
  collect_client_metrics(sources, families);
  collect_cache_metrics(sources, families);
  collect_dnssec_metrics(sources, families);
  collect_upstream_metrics(sources, now, families);
  families.push_back(degraded_groups(sources.groups));
  collect_link(*sources.link, families);
  collect_reloads(sources.reloads->view(), families);
  collect_process_metrics(families);
  collect_query_log(sources.query_log ? sources.query_log() : QueryLogTotals(), families);
  std::string text;
  for (const auto& family : families) text += family.text();
  return text;
}

}  // namespace tributary::resolver
