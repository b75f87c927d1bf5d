#pragma once

#include <optional>
#include <string>

#include "policy/config.hpp"
#include "policy/resolv_conf.hpp"
#include "resolver/admin/metrics.hpp"
#include "resolver/admin/status.hpp"
#include "resolver/daemon/traffic_watch.hpp"

namespace tributary::resolver {

/// What a report is made from. What it points to outlives the call.
struct StatusSources {
  const policy::Config& config;  ///< Its upstreams and groups are in the order of those in `metrics`.
  const MetricSources& metrics;
  Instant started;  ///< The process.
  std::optional<RecentTraffic> recent;
  policy::ResolvConf resolv_conf{};  ///< This host's, at present.
};

/// Messages of clients, since the start.
std::uint64_t queries_received(const MetricSources& metrics);

/// How the daemon does at `now`, when the wall clock shows `realtime` (since 1970).
Status status_report(const StatusSources& sources, Instant now, Duration realtime);

/// Why no query could be answered from any source; nothing if there is one: a zone in memory, or an upstream
/// that is neither disabled nor open.
std::optional<std::string> no_usable_source(const policy::Config& config, const MetricSources& metrics);

}  // namespace tributary::resolver
