#include "resolver/upstream/outage_detector.hpp"

#include <algorithm>
#include <array>

namespace tributary::resolver {

std::size_t OutageDetector::add_upstream() {
  const auto free = std::ranges::find(upstreams_, false, &Upstream::present);
  const auto place = free == upstreams_.end() ? upstreams_.emplace(free) : free;
  place->present = true;
  return static_cast<std::size_t>(place - upstreams_.begin());
}

void OutageDetector::remove_upstream(std::size_t upstream) {
  upstreams_[upstream] = {};
}

std::size_t OutageDetector::present() const {
  return static_cast<std::size_t>(std::ranges::count(upstreams_, true, &Upstream::present));
}

bool OutageDetector::succeeded(std::size_t upstream, Instant now) {
  const bool ends = down_;
  if (ends) forget();
  upstreams_[upstream].ends.succeeded(now);
  upstreams_[upstream].no_route.reset();
  return ends;
}

bool OutageDetector::failed(std::size_t upstream, DomainTag domain, bool no_route, Instant now) {
  if (down_) return false;
  upstreams_[upstream].ends.failed(domain, now);
  if (no_route) upstreams_[upstream].no_route = now;
  constexpr std::array<Duration, 3> spans{window / 4, window / 2, window};
  down_ = no_way_out(now) || std::ranges::any_of(spans, [&](Duration span) { return all_fail(now, span); });
  return down_;
}

bool OutageDetector::no_way_out(Instant now) const {
  return std::ranges::all_of(upstreams_, [now](const Upstream& upstream) {
    return !upstream.present || (upstream.no_route && now - *upstream.no_route <= window);
  });
}

bool OutageDetector::all_fail(Instant now, Duration span) const {
  FailureWindow::Tally all;
  std::size_t asked = 0, failing = 0;
  double shares = 0;
  for (const auto& upstream : upstreams_) {
    const auto tally = upstream.ends.tally(now, span);
    if (tally.ended == 0) continue;
    ++asked;
    if (tally.failed > 0) ++failing;
    shares += static_cast<double>(tally.failed) / tally.ended;
    all.ended += tally.ended;
    all.domains.add(tally.domains);
    all.first_failure = std::min(all.first_failure, tally.first_failure);
  }
  return all.ended >= least_ends && failing >= std::min<std::size_t>(present(), 2) && all.domains.several() &&
         now - all.first_failure >= least_length && shares >= failing_share * static_cast<double>(asked);
}

void OutageDetector::forget() {
  down_ = false;
  for (auto& upstream : upstreams_) {
    const bool present = upstream.present;
    upstream = {};
    upstream.present = present;
  }
}

}  // namespace tributary::resolver
