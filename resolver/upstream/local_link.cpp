#include "resolver/upstream/local_link.hpp"

#include <spdlog/spdlog.h>

namespace tributary::resolver {

std::size_t LocalLink::join(std::function<void(Instant)> forgive) {
  const auto number = detector_.with([](OutageDetector& detector) { return detector.add_upstream(); });
  auto member = std::make_shared<Member>(std::move(forgive));
  members_.with([&](auto& members) { members.emplace(number, std::move(member)); });
  return number;
}

void LocalLink::leave(std::size_t upstream) {
  const auto member = members_.with([upstream](auto& members) { return members.extract(upstream).mapped(); });
  member->with([](auto& forgive) { forgive = nullptr; });  // waits until one that is called has returned
  detector_.with([upstream](OutageDetector& detector) { detector.remove_upstream(upstream); });
}

void LocalLink::succeeded(std::size_t upstream, Instant now) {
  const bool ends = detector_.with([&](OutageDetector& detector) {
    const bool up = detector.succeeded(upstream, now);
    if (up) down_.store(false, std::memory_order_relaxed);
    return up;
  });
  if (!ends) return;
  spdlog::info("our own link is up again: an upstream has answered");
  const auto members = members_.with([](const auto& all) { return all; });
  for (const auto& [number, member] : members)
    member->with([now](const auto& forgive) {
      if (forgive) forgive(now);
    });
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
