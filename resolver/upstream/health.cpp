#include "resolver/upstream/health.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace tributary::resolver {
namespace {

constexpr auto relaxed = std::memory_order_relaxed;

/// How long to leave alone an upstream that limits our rate without saying for how long.
constexpr Duration default_pause = std::chrono::seconds(5);
/// Nobody keeps us away for longer than this with one reply.
constexpr Duration longest_pause = std::chrono::minutes(5);

std::size_t latency_bucket(Duration rtt) {
  const double seconds = std::chrono::duration<double>(rtt).count();
  const auto bound = std::lower_bound(latency_bounds.begin(), latency_bounds.end(), seconds);
  return static_cast<std::size_t>(bound - latency_bounds.begin());
}

}  // namespace

template <typename Change>
void Health::update(Change change) {
  const auto transition = breaker_.with([&](CircuitBreaker& breaker) {
    const auto result = change(breaker);
    state_.store(breaker.state(), relaxed);
    return result;
  });
  if (transition) announce(*transition);
}

Instant Health::last_failure() const {
  return breaker_.with([](const CircuitBreaker& breaker) { return breaker.last_failure(); });
}

std::optional<Instant> Health::probe_due() const {
  if (closed()) return std::nullopt;
  return breaker_.with([](const CircuitBreaker& breaker) { return breaker.probe_due(); });
}

void Health::probe_sent(Instant now, Duration timeout) {
  breaker_.with([=](CircuitBreaker& breaker) { breaker.probe_sent(now, timeout); });
}

Standing Health::standing(Instant) const {
  Standing out;
  out.in_flight = in_flight_.load(relaxed);
  return out;
}

void Health::unanswered_at_hedge(Instant) {
  counters_.hedged.fetch_add(1, relaxed);
}

void Health::outdone(const std::string&, Instant, Random&) {
  counters_.outdone.fetch_add(1, relaxed);
}

void Health::query_sent(CircuitBreaker::Origin origin) {
  in_flight_.fetch_add(1, relaxed);
  auto& counter = origin == CircuitBreaker::Origin::probe ? counters_.probes : counters_.queries;
  counter.fetch_add(1, relaxed);
}

void Health::succeeded(Duration rtt, Instant now) {
  in_flight_.fetch_sub(1, relaxed);
  counters_.replies.fetch_add(1, relaxed);
  counters_.latency[latency_bucket(rtt)].fetch_add(1, relaxed);
  counters_.latency_nanoseconds.fetch_add(static_cast<std::uint64_t>(rtt.count()), relaxed);
  update([now](CircuitBreaker& breaker) { return breaker.succeeded(now); });
}

void Health::failed(CircuitBreaker::Origin origin, const Failure& failure, Instant now, Random& random) {
  in_flight_.fetch_sub(1, relaxed);
  if (failure.kind == Failure::Kind::cancelled) return;
  counters_.failures[static_cast<std::size_t>(failure.kind)].fetch_add(1, relaxed);
  update([&](CircuitBreaker& breaker) {
    if (failure.kind == Failure::Kind::rate_limited) {
      const auto pause = std::min(failure.retry_after.value_or(default_pause), longest_pause);
      return breaker.pause(now, pause, failure.detail);
    }
    return breaker.failed(origin, now, failure.detail, random);
  });
}

void Health::announce(const CircuitBreaker::Transition& transition) const {
  const bool opened = transition.to == CircuitBreaker::State::open;
  spdlog::log(opened ? spdlog::level::warn : spdlog::level::info, "upstream {} is {}: {}", name_,
              to_text(transition.to), transition.reason);
  if (opened && on_open_) on_open_();
}

}  // namespace tributary::resolver
