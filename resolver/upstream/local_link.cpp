#include "resolver/upstream/local_link.hpp"

#include <spdlog/spdlog.h>

namespace tributary::resolver {

std::size_t LocalLink::join(std::function<void(Instant)> forgive) {
  members_.push_back(std::move(forgive));
  return detector_.with([](OutageDetector& detector) { return detector.add_upstream(); });
}

void LocalLink::succeeded(std::size_t upstream, Instant now) {
  const bool ends = detector_.with([&](OutageDetector& detector) {
    const bool up = detector.succeeded(upstream, now);
    if (up) down_.store(false, std::memory_order_relaxed);
    return up;
  });
  if (!ends) return;
  spdlog::info("our own link is up again: an upstream has answered");
  for (const auto& forgive : members_) forgive(now);
}

bool LocalLink::failed(std::size_t upstream, DomainTag domain, bool no_route, Instant now) {
  const bool begins = detector_.with([&](OutageDetector& detector) {
    const bool lost = detector.failed(upstream, domain, no_route, now);
    if (lost) {
      next_probe_.store(now, std::memory_order_relaxed);
      down_.store(true, std::memory_order_relaxed);
    }
    return lost;
  });
  if (!begins) return false;
  outages_.fetch_add(1, std::memory_order_relaxed);
  spdlog::warn("our own link seems to be down: {}; no upstream is blamed",
               no_route ? "there is no route to any upstream" : "nearly everything that was sent failed");
  return true;
}

std::optional<Instant> LocalLink::probe_due() const {
  if (!down()) return std::nullopt;
  return next_probe_.load(std::memory_order_relaxed);
}

}  // namespace tributary::resolver
