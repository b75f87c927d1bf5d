#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "base/locked.hpp"
#include "base/random.hpp"
#include "resolver/upstream/breaker.hpp"
#include "resolver/upstream/standing.hpp"
#include "resolver/upstream/upstream.hpp"

namespace tributary::resolver {

/// Upper bounds of the latency histogram's buckets, in seconds; one more bucket takes what is slower.
inline constexpr std::array<double, 12> latency_bounds{0.0005, 0.001, 0.002, 0.005, 0.01, 0.02,
                                                       0.05,   0.1,   0.25,  0.5,   1.0,  2.0};

/// What has been counted of one upstream. Written on the slow path only; read by the metrics.
struct UpstreamCounters {
  std::atomic<std::uint64_t> queries{0}, replies{0}, probes{0}, wins{0}, hedged{0}, outdone{0},
      disagreements{0}, injections{0};
  std::array<std::atomic<std::uint64_t>, failure_kinds> failures{};
  std::array<std::atomic<std::uint64_t>, latency_bounds.size() + 1> latency{};
  std::atomic<std::uint64_t> latency_nanoseconds{0};
};

/// What all workers together know of one upstream: its breaker and its counters. Thread-safe.
class Health {
 public:
  /// Transitions are logged under `name`.
  explicit Health(std::string name) : name_(std::move(name)) {}

  const std::string& name() const { return name_; }

  /// Whether client queries should go to it.
  bool closed() const { return state_.load(std::memory_order_relaxed) == CircuitBreaker::State::closed; }
  CircuitBreaker::State state() const { return state_.load(std::memory_order_relaxed); }
  Instant last_failure() const;
  /// What strategies weigh it by. Takes no lock.
  Standing standing(Instant now) const;

  // ---- Of each exchange: sent, then ended in one of two ways.

  void query_sent(CircuitBreaker::Origin origin);
  void succeeded(Duration rtt, Instant now);
  void failed(CircuitBreaker::Origin origin, const Failure& failure, Instant now, Random& random);

  // ---- Of its replies, beside those of its siblings.

  void won() { counters_.wins.fetch_add(1, std::memory_order_relaxed); }
  /// Another upstream had to be asked because it was slow to answer.
  void unanswered_at_hedge(Instant now);
  /// It replied SERVFAIL or REFUSED (or the like) to what a sibling answered well.
  void outdone(const std::string& rcode, Instant now, Random& random);
  /// Its answer contradicts the one that won.
  void disagreed() { counters_.disagreements.fetch_add(1, std::memory_order_relaxed); }

  /// Two different replies to one query have come from its address.
  void saw_injection() { counters_.injections.fetch_add(1, std::memory_order_relaxed); }

  /// When the next probe is due; nothing while closed.
  std::optional<Instant> probe_due() const;
  void probe_sent(Instant now, Duration timeout);

  /// `on_open` is called, from any thread and without a lock held, when probes become necessary. Set before
  /// workers start.
  void when_opened(std::function<void()> on_open) { on_open_ = std::move(on_open); }

  const UpstreamCounters& counters() const { return counters_; }

 private:
  /// Changes the breaker by `change` under its lock, then tells of the transition that it returns.
  template <typename Change>
  void update(Change change);
  void announce(const CircuitBreaker::Transition& transition) const;

  std::string name_;
  Locked<CircuitBreaker> breaker_;
  std::atomic<CircuitBreaker::State> state_{CircuitBreaker::State::closed};
  std::atomic<std::uint32_t> in_flight_{0};
  std::function<void()> on_open_;
  UpstreamCounters counters_;
};

}  // namespace tributary::resolver
