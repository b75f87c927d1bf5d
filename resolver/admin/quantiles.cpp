#include "resolver/admin/quantiles.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

namespace tributary::resolver {
namespace {

Duration lower_bound_of(std::size_t bucket) {
  return bucket == 0 ? Duration::zero() : latency_bounds[bucket - 1];
}

/// What has been counted since `before`: all of it, if some of that is gone.
LatencyCounts since(const LatencyCounts& before, const LatencyCounts& now) {
  const bool anew = !std::ranges::equal(before.buckets, now.buckets, std::ranges::less_equal());
  return anew ? now : now.since(before);
}

std::optional<Percentiles> percentiles(const LatencyCounts& counts) {
  const auto p50 = quantile(counts, 0.5), p99 = quantile(counts, 0.99);
  if (!p50 || !p99) return std::nullopt;
  return Percentiles{*p50, *p99};
}

}  // namespace

std::optional<Duration> quantile(const LatencyCounts& counts, double q) {
  const auto& buckets = counts.buckets;
  const auto all = std::accumulate(buckets.begin(), buckets.end(), std::uint64_t{0});
  if (all == 0) return std::nullopt;
  const double rank = q * static_cast<double>(all);
  double below = 0;
  for (std::size_t i = 0; i < latency_bounds.size(); ++i) {
    const auto here = static_cast<double>(buckets[i]);
    if (here > 0 && below + here >= rank) {
      const auto width = static_cast<double>((latency_bounds[i] - lower_bound_of(i)).count());
      return lower_bound_of(i) + Duration(static_cast<Duration::rep>(width * (rank - below) / here));
    }
    below += here;
  }
  return latency_bounds.back();
}

LatencySample sample_latencies(const MetricSources& sources) {
  LatencySample out{client_latencies(sources), {}};
  for (const auto* upstream : sources.upstreams)
    out.upstreams[upstream->name()] = upstream->counters().latency.counts();
  return out;
}

RecentLatencies latencies_between(const LatencySample& before, const LatencySample& now) {
  RecentLatencies out{percentiles(since(before.clients.cached, now.clients.cached)),
                      percentiles(since(before.clients.uncached, now.clients.uncached)),
                      {}};
  for (const auto& [name, counts] : now.upstreams) {
    const auto earlier = before.upstreams.find(name);
    const auto recent = earlier == before.upstreams.end() ? counts : since(earlier->second, counts);
    if (const auto found = percentiles(recent)) out.upstreams[name] = *found;
  }
  return out;
}

}  // namespace tributary::resolver
