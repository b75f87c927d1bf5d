#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <asio/io_context.hpp>

#include "resolver/resolution.hpp"
#include "tests/scenario/signed_world.hpp"
#include "tests/support/ended_task.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/scripted_random.hpp"
#include "tests/unit/strategy/stub_upstream.hpp"

namespace tributary::explain::testing {

/// A whole resolution between the one who asks and scripted upstreams, in virtual time. A test adds
/// upstreams, may say how they are asked, and then asks.
class ExplainTest : public ::testing::Test {
 protected:
  using Duration = tributary::Duration;
  using Behaviour = tributary::testing::StubUpstream::Behaviour;

  /// One upstream, and what is known of it.
  struct Actor {
    Actor(std::string name, std::size_t place)
        : health(std::move(name), nullptr, cache::upstream_place(place)) {}

    resolver::Health health;
    std::shared_ptr<Behaviour> behaviour = std::make_shared<Behaviour>();
    std::shared_ptr<unsigned> asked = std::make_shared<unsigned>(0);
    std::unique_ptr<resolver::Guarded> guarded;
    std::string operator_name;
  };

  ExplainTest();

  // ---- What upstreams do.

  static Behaviour says(Duration after, const std::vector<std::string>& answer);
  static Behaviour denies(Duration after);
  static Behaviour replies(Duration after, dns::Rcode rcode, const dns::ExtendedErrorOption* error = nullptr);
  static Behaviour silent();
  /// It knows `world`, but forges the A records of `forged`, if that is told.
  Behaviour knows_world(Duration after, const std::string& forged = "") const;

  Actor& add(const std::string& name, Behaviour behaviour, const std::string& operator_name = "");
  /// So many round trips have been seen.
  void was_fast(Actor& actor, Duration rtt);
  void open_breaker(Actor& actor);

  // ---- What is set; before the first question.

  policy::GroupConfig group;
  /// A root, a signed zone signed.example. and an unsigned one, plain.example.; what it says is validated.
  void validate();

  // ---- What is asked.

  Explanation explain(const std::string& name, dns::Type type = dns::Type::A, Wish wish = {});
  Explanation explain(ExplainRequest request);
  /// The same in two parts.
  using Begun = std::shared_ptr<Ended<Explanation>>;
  Begun begin_to_explain(const std::string& name);
  Explanation wait_for(const Begun& begun);
  void advance(Duration by);

  ManualClock clock;

 private:
  void begin();
  Begun begin_to_explain(ExplainRequest request);
  void poll();

  ScriptedRandom random_{0x80000000};
  std::deque<Actor> actors_;
  asio::io_context loop_;
  Timers timers_{loop_.get_executor(), clock};
  cache::AnswerCache cache_{16 << 20, std::chrono::hours(24)};
  resolver::InFlight in_flight_;
  resolver::RecentFailures recent_failures_;
  resolver::LocalLink link_;
  resolver::Degradation degradation_;
  resolver::Judge judge_{{std::chrono::hours(1), std::chrono::hours(1)}};
  policy::Config config_;
  std::optional<policy::Policy> policy_;
  scenario::SignedWorld world_;
  dnssec::SharedClockState wall_clock_;
  std::optional<resolver::Trust> trust_;
  resolver::QueryCounters query_counters_;
  std::unique_ptr<resolver::Resolution> resolution_;
  Nursery nursery_;  // the last that is used: what it suspends refers to all of these
  const resolver::WorkerTools tools_{loop_.get_executor(), clock, random_, timers_, nursery_};
};

/// Compares text and JSON of `explanation` with the files golden/SITUATION.txt and .json (README.md there).
void expect_golden(const std::string& situation, const Explanation& explanation);

}  // namespace tributary::explain::testing
