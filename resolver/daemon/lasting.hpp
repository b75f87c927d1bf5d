#pragma once

#include <algorithm>

#include "cache/answer_cache.hpp"
#include "policy/config.hpp"
#include "resolver/background_checks.hpp"
#include "resolver/daemon/descriptor_budget.hpp"
#include "resolver/dnssec/shared_clock_state.hpp"
#include "resolver/in_flight.hpp"
#include "resolver/listener/client_shares.hpp"
#include "resolver/listener/connection_limits.hpp"
#include "resolver/recent_failures.hpp"
#include "resolver/server_cookies.hpp"
#include "resolver/upstream/injected_names.hpp"
#include "resolver/upstream/local_link.hpp"

namespace tributary::resolver {

/// What all workers share and no reload replaces. Everything in it is thread-safe.
struct Lasting {
  /// Queries over UDP that wait at the same time, for each worker, if there are file descriptors for them.
  static constexpr std::size_t most_waiting = 10'000;

  explicit Lasting(const policy::Config& config)
      : cache(config.cache.bytes, config.cache.max_stale),
        shares(std::min(config.workers * most_waiting, descriptors.waiting_queries()),
               config.udp.queries_per_client),
        tcp_limits(config.tcp.connections, config.tcp.connections_per_client) {}

  cache::AnswerCache cache;
  InFlight in_flight;
  LocalLink link;
  InjectedNames injected;
  RecentFailures recent_failures;
  ServerCookies cookies = ServerCookies::random();
  dnssec::SharedClockState wall_clock;
  DescriptorBudget descriptors = claim_descriptors();
  ClientShares shares;
  ConnectionLimits tcp_limits;
  BackgroundChecks checks;
};

}  // namespace tributary::resolver
