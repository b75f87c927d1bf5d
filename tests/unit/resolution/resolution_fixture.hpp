#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <gtest/gtest.h>
#include <asio/io_context.hpp>

#include "resolver/resolution.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/scripted_random.hpp"
#include "tests/unit/upstream/stub_upstream.hpp"

namespace tributary::resolver::testing {

using Octets = std::vector<std::uint8_t>;

/// What one stub knows: the answer section for each name and type ("www.example. A").
using Knowledge = std::map<std::string, std::vector<std::string>>;

/// A whole resolution with three routes: the root to `world`, corp.test. to `office`, home.arpa. to `home`, a
/// zone in memory. Each has one upstream, which replies NXDOMAIN to what it does not know; `office` can fall
/// back on a zone that knows spare.corp.test. and ns.corp.test. Answers are served stale for a day.
class ResolutionTest : public ::testing::Test {
 protected:
  ResolutionTest();
  /// Begins anew with these, but for the cache.
  void use_timeouts(Resolution::Timeouts timeouts);

  /// Sends a query and goes on until there is a response or everybody waits.
  std::optional<Octets> ask(const Octets& query, Protocol protocol = Protocol::udp);
  /// The same for a question of a usual client: RD, EDNS.
  std::optional<Octets> ask(std::string_view owner, dns::Type type = dns::Type::A);
  /// Begins to ask; the responses come to `responses`.
  void start(const Octets& query, Protocol protocol = Protocol::udp);
  void poll();

  static dns::MessageView parse(const Octets& message) { return dns::MessageView::parse(message).value(); }
  /// The answer section, a line each.
  static std::vector<std::string> answers(const Octets& response);
  static std::optional<dns::ExtendedErrorOption> error_of(const Octets& response);
  /// The data of the COOKIE option; empty if there is none.
  static Octets cookie_of(const Octets& response);

  const QueryCounters& counters() const { return resolution->counters(); }
  std::uint64_t responses_from(AnswerSource source, dns::Rcode rcode = dns::Rcode::NOERROR) const {
    return counters().responses[static_cast<std::size_t>(source)][static_cast<std::size_t>(rcode)].get();
  }

  ManualClock clock;
  ScriptedRandom random{0x80000000};
  cache::AnswerCache cache{16 << 20, std::chrono::hours(24)};
  InFlight in_flight;
  RecentFailures recent_failures;
  InjectedNames injected;
  LocalLink link;
  QueryCounters query_counters;
  std::array<Degradation, 3> degradations;
  Judge judge;
  std::optional<dns::Zone> spare;
  ServerCookies cookies{SipKey{1, 2, 3}, Duration::zero()};
  Health world_health{"world", nullptr, cache::upstream_place(7)}, office_health{"office"},
      home_health{"home"};
  Knowledge world_knows, office_knows, home_knows;
  policy::Policy policy;
  asio::io_context loop;
  Timers timers{loop.get_executor(), clock};
  StubUpstream *world, *office, *home;
  Guarded world_guarded, office_guarded, home_guarded;
  std::unique_ptr<Resolution> resolution;
  asio::ip::address client = asio::ip::make_address("127.0.0.1");
  std::vector<Octets> responses;
  Nursery nursery;  // the last that is used: what it suspends refers to all of these
  const WorkerTools tools{loop.get_executor(), clock, random, timers, nursery, &injected};
};

/// A query with RD and EDNS.
Octets usual_query(std::string_view owner, dns::Type type = dns::Type::A);
/// The same with a COOKIE option.
Octets query_with_cookie(std::string_view owner, std::span<const std::uint8_t> cookie);

}  // namespace tributary::resolver::testing
