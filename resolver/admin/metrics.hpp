#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cache/answer_cache.hpp"
#include "resolver/admin/reload_status.hpp"
#include "resolver/counters.hpp"
#include "resolver/dnssec/shared_clock_state.hpp"
#include "resolver/upstream/health.hpp"

namespace tributary::resolver {

/// What the metrics are read from. Everything named here outlives them, and may be read from any thread.
struct MetricSources {
  std::string version;
  std::vector<const QueryCounters*> queries;       ///< One for each worker.
  std::vector<const ListenerCounters*> listeners;  ///< One for each worker.
  std::vector<const Health*> upstreams;
  const cache::AnswerCache* cache = nullptr;
  const LocalLink* link = nullptr;
  const dnssec::SharedClockState* clock = nullptr;
  const ReloadStatus* reloads = nullptr;

  struct Group {
    std::string name;
    std::function<bool()> degraded;  ///< Whether its upstreams, taken together, fail too often. Any thread.
  };
  std::vector<Group> groups;
  std::function<QueryLogTotals()> query_log = {};  ///< None: queries are not logged. Any thread.
  const CacheLoadCounters* cache_load = nullptr;
};

/// How long clients waited, of all workers.
struct ClientLatencies {
  LatencyCounts cached;    ///< For what the cache answered at once.
  LatencyCounts uncached;  ///< For what had to wait for others.
};
ClientLatencies client_latencies(const MetricSources& sources);

/// All metrics in Prometheus' text format (version 0.0.4): base units, labels from the configuration alone,
/// every series present from the start. Workers' counters are summed here, when somebody asks.
std::string metrics_text(const MetricSources& sources, Instant now);

}  // namespace tributary::resolver
