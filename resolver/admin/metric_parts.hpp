#pragma once

#include <vector>

#include "resolver/admin/metric_family.hpp"
#include "resolver/admin/metrics.hpp"

/// The parts that metrics_text is put together from, one for each subject; nobody else's business.
namespace tributary::resolver {

using MetricFamilies = std::vector<MetricFamily>;

void collect_client_metrics(const MetricSources& sources, MetricFamilies& out);
void collect_cache_metrics(const MetricSources& sources, MetricFamilies& out);
void collect_dnssec_metrics(const MetricSources& sources, MetricFamilies& out);
void collect_upstream_metrics(const MetricSources& sources, Instant now, MetricFamilies& out);
void collect_process_metrics(MetricFamilies& out);

/// A family of one series without labels.
template <typename Number>
MetricFamily single(std::string_view name, std::string_view help, MetricFamily::Type type, Number value) {
  MetricFamily result(name, help, type);
  result.add({}, static_cast<double>(value));
  return result;
}

/// What all workers have counted.
template <typename Counters>
double sum(const std::vector<const Counters*>& workers, Counter Counters::*counter) {
  std::uint64_t total = 0;
  for (const auto* worker : workers) total += (worker->*counter).get();
  return static_cast<double>(total);
}

inline double in_seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace tributary::resolver
