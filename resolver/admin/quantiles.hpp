#pragma once

#include <map>
#include <optional>
#include <string>

#include "resolver/admin/metrics.hpp"

namespace tributary::resolver {

/// The latency that the part `q` (from 0 to 1) of the observations did not exceed, read from their histogram:
/// within a bucket they are taken to be spread evenly. What is slower than the last bound counts as that
/// bound. Nothing if there are no observations.
std::optional<Duration> quantile(const LatencyCounts& counts, double q);

struct Percentiles {
  Duration p50{}, p99{};
};

/// All latencies as they were counted at one moment. A value.
struct LatencySample {
  ClientLatencies clients;
  std::map<std::string, LatencyCounts> upstreams;  ///< By name.
};
LatencySample sample_latencies(const MetricSources& sources);

/// How long it took lately; nothing where nothing was observed.
struct RecentLatencies {
  std::optional<Percentiles> cached, uncached;   ///< Of clients, see ClientLatencies.
  std::map<std::string, Percentiles> upstreams;  ///< By name.
};

/// Between two samples, the first of which is the earlier one. What began to count anew meanwhile, or was not
/// there, counts from then.
RecentLatencies latencies_between(const LatencySample& before, const LatencySample& now);

}  // namespace tributary::resolver
