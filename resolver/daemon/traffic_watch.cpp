#include "resolver/daemon/traffic_watch.hpp"

#include <algorithm>

namespace tributary::resolver {

TrafficWatch::TrafficWatch(Timers& timers, std::function<Traffic()> look)
    : timers_(timers), look_(std::move(look)) {
  expire();
}

void TrafficWatch::expire() {
  const Instant now = timers_.now();
  Sample sample{now, look_()};
  ring_.with([&](Ring& ring) { ring.samples[ring.taken++ % ring.samples.size()] = std::move(sample); });
  timers_.set(*this, now + interval);
}

std::optional<RecentTraffic> TrafficWatch::recent() const {
  return ring_.with([](const Ring& ring) -> std::optional<RecentTraffic> {
    const auto kept = std::min(ring.taken, ring.samples.size());
    const auto& first = ring.samples[(ring.taken - kept) % ring.samples.size()];
    const auto& last = ring.samples[(ring.taken - 1) % ring.samples.size()];
    const std::chrono::duration<double> span = last.at - first.at;
    if (kept < 2 || span.count() <= 0) return std::nullopt;
    return RecentTraffic{static_cast<double>(last.traffic.queries - first.traffic.queries) / span.count(),
                         latencies_between(first.traffic.latencies, last.traffic.latencies)};
  });
}

}  // namespace tributary::resolver
