#pragma once

#include "cache/answer_cache.hpp"
#include "policy/decide.hpp"
#include "resolver/in_flight.hpp"
#include "resolver/recent_failures.hpp"
#include "resolver/server_cookies.hpp"
#include "resolver/upstream/local_link.hpp"

namespace tributary::resolver {

class BackgroundChecks;
class Trust;

/// What all workers resolve with. Everything in it is thread-safe or immutable.
struct SharedState {
  const policy::Policy& policy;
  cache::AnswerCache& cache;
  InFlight& in_flight;
  RecentFailures& recent_failures;
  const LocalLink& link;
  ServerCookies cookies;
  Trust* trust = nullptr;              ///< Null: nothing is validated.
  BackgroundChecks* checks = nullptr;  ///< Null: workers verify all signatures themselves.
};

}  // namespace tributary::resolver
