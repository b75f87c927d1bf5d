#include <map>
#include <utility>

#include "resolver/admin/metric_parts.hpp"

namespace tributary::resolver {
namespace {

using Type = MetricFamily::Type;

/// Response codes that are told apart.
constexpr dns::Rcode told_rcodes[] = {dns::Rcode::NOERROR,  dns::Rcode::FORMERR, dns::Rcode::SERVFAIL,
                                      dns::Rcode::NXDOMAIN, dns::Rcode::NOTIMP,  dns::Rcode::REFUSED,
                                      dns::Rcode::BADVERS};

MetricFamily queries(const std::vector<const ListenerCounters*>& workers) {
  MetricFamily result("queries_total", "Messages from clients, by what they ask for.", Type::counter);
  std::map<Arrivals::Listener, std::array<std::uint64_t, dns::type_classes>> listeners;
  for (const auto* worker : workers) {
    worker->arrivals.for_each([&](const auto& listener, const ArrivalCounters& counters) {
      auto& sums = listeners[listener];
      for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += counters.by_type[i].get();
    });
  }
  for (const auto& [listener, sums] : listeners)
    for (std::size_t i = 0; i < sums.size(); ++i)
      result.add({{"listener", listener.first},
                  {"protocol", listener.second},
                  {"type", to_text(static_cast<dns::TypeClass>(i))}},
                 static_cast<double>(sums[i]));
  return result;
}

std::array<std::uint64_t, QueryCounters::rcodes> responses_from(const MetricSources& sources,
                                                                AnswerSource source) {
  std::array<std::uint64_t, QueryCounters::rcodes> counts{};
  for (const auto* worker : sources.queries)
    for (std::size_t rcode = 0; rcode < counts.size(); ++rcode)
      counts[rcode] += worker->responses[static_cast<std::size_t>(source)][rcode].get();
  return counts;
}

MetricFamily responses(const MetricSources& sources) {
  MetricFamily result("responses_total", "Responses to clients, by response code and where they came from.",
                      Type::counter);
  for (const auto source :
       {AnswerSource::cache, AnswerSource::stale, AnswerSource::local, AnswerSource::upstream}) {
    auto counts = responses_from(sources, source);
    for (const auto rcode : told_rcodes) {
      const auto count = std::exchange(counts[static_cast<std::size_t>(rcode)], 0);
      result.add({{"rcode", dns::to_text(rcode)}, {"source", to_text(source)}}, static_cast<double>(count));
    }
    std::uint64_t others = 0;
    for (const auto count : counts) others += count;
    result.add({{"rcode", "other"}, {"source", to_text(source)}}, static_cast<double>(others));
  }
  return result;
}

MetricFamily latencies(const MetricSources& sources) {
  MetricFamily result(
      "client_latency_seconds",
      "From a query to its reply: of what the cache answered at once, and of what had to wait.",
      Type::histogram);
  const auto latencies = client_latencies(sources);
  result.add({"cached", "true"}, latencies.cached);
  result.add({"cached", "false"}, latencies.uncached);
  return result;
}

MetricFamily drops(const MetricSources& sources) {
  MetricFamily result("dropped_total", "Messages and connections that got no reply, by reason.",
                      Type::counter);
  const auto& listeners = sources.listeners;
  result.add({{"reason", "not_a_query"}}, sum(sources.queries, &QueryCounters::dropped));
  result.add({{"reason", "bad_source"}}, sum(listeners, &ListenerCounters::udp_dropped_bad_source));
  result.add({{"reason", "overload"}}, sum(listeners, &ListenerCounters::udp_dropped_overload));
  result.add({{"reason", "client_share"}}, sum(listeners, &ListenerCounters::udp_dropped_per_client));
  result.add({{"reason", "too_late"}}, sum(listeners, &ListenerCounters::udp_dropped_too_late));
  result.add({{"reason", "reply_lost"}}, sum(listeners, &ListenerCounters::udp_replies_lost));
  result.add({{"reason", "tcp_connections"}}, sum(listeners, &ListenerCounters::tcp_refused_total));
  result.add({{"reason", "tcp_connections_per_client"}},
             sum(listeners, &ListenerCounters::tcp_refused_per_client));
  result.add({{"reason", "tcp_accept_failed"}}, sum(listeners, &ListenerCounters::tcp_accept_failures));
  result.add({{"reason", "internal_error"}}, sum(listeners, &ListenerCounters::failures));
  return result;
}

MetricFamily limits(const MetricSources& sources) {
  MetricFamily result("limited_total",
                      "Answers that were given up because they would have taken too much, "
                      "by what of.",
                      Type::counter);
  result.add({{"limit", "upstream_queries"}}, sum(sources.queries, &QueryCounters::too_many_queries));
  result.add({{"limit", "cname_chain"}}, sum(sources.queries, &QueryCounters::too_long_chains));
  double too_dear = 0;
  for (const auto* worker : sources.queries)
    too_dear += static_cast<double>(worker->validation.too_dear.get());
  result.add({{"limit", "validation"}}, too_dear);
  return result;
}

}  // namespace

void collect_client_metrics(const MetricSources& sources, MetricFamilies& out) {
  out.push_back(queries(sources.listeners));
  out.push_back(responses(sources));
  out.push_back(latencies(sources));
  out.push_back(drops(sources));
  out.push_back(limits(sources));
  out.push_back(single("coalesced_queries_total",
                       "Queries that waited for the same question of another client.", Type::counter,
                       sum(sources.queries, &QueryCounters::coalesced)));
  out.push_back(single("local_answers_total", "Queries for zones that Tributary holds itself.", Type::counter,
                       sum(sources.queries, &QueryCounters::local)));
  out.push_back(single("tcp_connections_total", "TCP connections accepted.", Type::counter,
                       sum(sources.listeners, &ListenerCounters::tcp_accepted)));
  out.push_back(single("tcp_idle_closed_total", "TCP connections closed because nothing came of them.",
                       Type::counter, sum(sources.listeners, &ListenerCounters::tcp_closed_idle)));
}

}  // namespace tributary::resolver
