#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>

#include <asio/io_context.hpp>

#include "base/nursery.hpp"
#include "policy/config.hpp"
#include "resolver/counters.hpp"
#include "resolver/listener/failure_log.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/unit/listener/stub_handler.hpp"

namespace tributary::resolver {

inline policy::SocketAddress any_port(const std::string& address) {
  return {asio::ip::make_address(address), 0};
}

/// An event loop whose coroutines can be ended while what they refer to still lives, as the daemon does it.
class EventLoop : public asio::io_context {
 public:
  using asio::execution_context::shutdown;
};

/// One worker's world. Derived fixtures call `loop.shutdown()` in their destructor.
class ListenerFixture : public testing::Test {
 protected:
  /// Runs the event loop until `done()`, for five seconds at most: whether it came true.
  template <typename Done>
  bool run_until(Done done) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (!done()) {
      if (std::chrono::steady_clock::now() > give_up) return false;
      loop.restart();  // It stops whenever nothing is left to wait for.
      loop.run_one_for(std::chrono::milliseconds(10));
    }
    return true;
  }

  /// How many messages have arrived there.
  template <typename AnyListener>
  std::uint64_t count(const AnyListener& listener, const char* protocol, dns::TypeClass type) {
    const auto& arrivals = counters.arrivals.of({listener.local().to_text(), protocol});
    return arrivals.by_type[static_cast<std::size_t>(type)].get();
  }
  /// How many latencies of that length were counted.
  static std::uint64_t count(const LatencyHistogram<Counter>& latencies, Duration latency) {
    const auto bucket = std::ranges::lower_bound(latency_bounds, latency) - latency_bounds.begin();
    return latencies.counts().buckets[static_cast<std::size_t>(bucket)];
  }

  EventLoop loop;
  ManualClock clock;
  Timers timers{loop.get_executor(), clock};
  StubHandler handler{timers};
  ListenerCounters counters;
  FailureLog failures{clock, counters.failures};
  Nursery nursery;
};

}  // namespace tributary::resolver
