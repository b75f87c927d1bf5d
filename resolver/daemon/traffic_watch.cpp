#include "resolver/daemon/traffic_watch.hpp"

#include <algorithm>

namespace tributary::resolver {

TrafficWatch::TrafficWatch(Timers& timers, std::function<std::uint64_t()> queries)
    : timers_(timers), queries_(std::move(queries)) {
  expire();
}

void TrafficWatch::expire() {
  const Sample sample{timers_.now(), queries_()};
  ring_.with([&](Ring& ring) { ring.samples[ring.taken++ % ring.samples.size()] = sample; });
  timers_.set(*this, sample.at + interval);
}

std::optional<double> TrafficWatch::queries_per_second() const {
  return ring_.with([](const Ring& ring) -> std::optional<double> {
    const auto kept = std::min(ring.taken, ring.samples.size());
    const auto& first = ring.samples[(ring.taken - kept) % ring.samples.size()];
    const auto& last = ring.samples[(ring.taken - 1) % ring.samples.size()];
    const std::chrono::duration<double> span = last.at - first.at;
    if (kept < 2 || span.count() <= 0) return std::nullopt;
    return static_cast<double>(last.queries - first.queries) / span.count();
  });
}

}  // namespace tributary::resolver
