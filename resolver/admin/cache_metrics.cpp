#include "resolver/admin/metric_parts.hpp"

namespace tributary::resolver {
namespace {

using Type = MetricFamily::Type;

MetricFamily evictions(const cache::Evictions& counts) {
  MetricFamily result("cache_evictions_total",
                      "Entries that left though nothing took their place, by reason.", Type::counter);
  result.add({{"reason", "once"}}, static_cast<double>(counts.once));
  result.add({{"reason", "unused"}}, static_cast<double>(counts.unused));
  result.add({{"reason", "forced"}}, static_cast<double>(counts.forced));
  result.add({{"reason", "expired"}}, static_cast<double>(counts.expired));
  return result;
}

MetricFamily cache_loads(const CacheLoadCounters& counters) {
  MetricFamily result("cache_load_records_total",
                      "Answers in cache files that were loaded, by what became of them.", Type::counter);
  const auto add = [&result](const char* became, const std::atomic<std::uint64_t>& count) {
    result.add({{"result", became}}, static_cast<double>(count.load(std::memory_order_relaxed)));
  };
  add("loaded", counters.loaded);
  add("skipped", counters.skipped);
  add("expired", counters.expired);
  return result;
}

}  // namespace

void collect_cache_metrics(const MetricSources& sources, MetricFamilies& out) {
  const auto now = sources.cache->statistics();
  const auto& queries = sources.queries;
  out.push_back(single("cache_hits_total", "Queries answered from the cache.", Type::counter,
                       sum(queries, &QueryCounters::cache_hits)));
  out.push_back(single("cache_misses_total", "Queries that the cache had no answer to.", Type::counter,
                       sum(queries, &QueryCounters::cache_misses)));
  out.push_back(single("stale_answers_total", "Queries answered with what had expired.", Type::counter,
                       sum(queries, &QueryCounters::stale_answers)));
  out.push_back(single("refreshes_total", "Questions asked anew ahead of the expiry of their answer.",
                       Type::counter, sum(queries, &QueryCounters::refreshes)));
  out.push_back(single("refresh_failures_total", "Such questions that brought no answer.", Type::counter,
                       sum(queries, &QueryCounters::refresh_failures)));
  out.push_back(evictions(now.evictions));
  out.push_back(
      single("cache_entries", "Entries in the cache, expired ones included.", Type::gauge, now.entries));
  out.push_back(single("cache_bytes", "Memory of the entries and their index.", Type::gauge, now.bytes));
  out.push_back(
      single("cache_limit_bytes", "Memory that entries and index may take.", Type::gauge, now.limit));
  if (sources.cache_load != nullptr) out.push_back(cache_loads(*sources.cache_load));
}

}  // namespace tributary::resolver
