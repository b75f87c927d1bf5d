#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dns/edns.hpp"
#include "dns/record.hpp"
#include "resolver/upstream/breaker.hpp"
#include "resolver/upstream/upstream.hpp"

namespace tributary::resolver {

/// A change of a breaker's state.
struct StateChange {
  Instant at{};
  CircuitBreaker::State from{}, to{};
  std::string reason;
};

/// A reply that failed validation.
struct BogusReply {
  Instant at{};
  dns::Question question;
  dns::ExtendedErrorOption error;
};

/// An exchange that brought no reply.
struct FailedExchange {
  Instant at{};
  Failure failure;
};

/// What operators are told of one upstream besides its counters. A value.
struct HealthReport {
  std::optional<Instant> probe_due;
  Duration p50{}, p99{};                         ///< Of the last replies; zero without any.
  std::vector<StateChange> changes;              ///< The last ones, newest first.
  std::vector<BogusReply> bogus;                 ///< The last ones, newest first.
  std::optional<FailedExchange> last_failure{};  ///< If no good reply has come since.
};

}  // namespace tributary::resolver
