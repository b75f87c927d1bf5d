#pragma once

#include <memory>
#include <string>
#include <vector>

#include <asio/io_context.hpp>

#include "resolver/dnssec/clock_guard.hpp"
#include "resolver/dnssec/shared_clock_state.hpp"
#include "resolver/resolution.hpp"
#include "tests/scenario/lies.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/scripted_random.hpp"

namespace tributary::scenario {

using Octets = std::vector<std::uint8_t>;

/// One upstream: what it replies is true but for its lies.
struct Character {
  std::string name;
  std::vector<Lie> lies;
};

/// All that a scenario says before its first step.
struct Setting {
  static constexpr std::int64_t epoch = 1'772'323'200;       ///< When scenarios begin: 1 March 2026.
  static constexpr std::int64_t built = epoch - 30 * 86400;  ///< What is played was built a month before.

  SignedWorld world;
  std::vector<Character> upstreams;  ///< In the order in which they are asked.
  std::vector<dns::Record> anchors;
  std::vector<dns::Name> negative_anchors, unvalidated_routes;
  policy::StrategyKind strategy = policy::StrategyKind::failover;
  policy::ClockTrust clock = policy::ClockTrust::guarded;
  bool permissive = false, sha1 = false;
  std::uint16_t most_iterations = 50;
  std::chrono::seconds max_ttl{std::chrono::hours(24)}, max_negative_ttl{std::chrono::hours(1)};
};

/// A whole resolution that validates, between one client and the upstreams of a setting, in virtual time.
/// Only the sockets are missing.
class Stage {
 public:
  /// `setting` outlives it. Its upstreams may change their lies while it plays.
  explicit Stage(Setting& setting);
  ~Stage();

  /// What the client receives. Time goes on while nobody replies, for as long as a client waits.
  Octets ask(const Octets& query);
  void advance(Duration by);
  /// Moves the wall clock alone.
  void step_wall_clock(std::chrono::seconds by);
  /// Whether the kernel calls it synchronized.
  void synchronize(bool synchronized);

  /// How often an upstream was asked that question; any, if it is null.
  std::size_t times_asked(const std::string& upstream, const dns::Question* question) const;
  /// Whether it is among those that are asked first for what is validated.
  bool validates(const std::string& upstream) const;
  const resolver::ValidationCounters& counters() const { return resolution_->counters().validation; }

 private:
  struct Actor;

  std::unique_ptr<resolver::Trust> make_trust();
  std::vector<resolver::Source> make_sources();
  void poll();
  void look_at_clock();
  const Actor& actor(const std::string& upstream) const;

  Setting& setting_;
  ManualClock clock_;
  std::chrono::seconds wall_offset_{0};
  bool synchronized_ = true;
  ScriptedRandom random_{0x80000000};
  asio::io_context loop_;
  Timers timers_{loop_.get_executor(), clock_};
  cache::AnswerCache cache_{16 << 20, std::chrono::hours(0)};
  resolver::InFlight in_flight_;
  resolver::RecentFailures recent_failures_;
  resolver::LocalLink link_;
  resolver::Degradation degradation_;
  resolver::Judge judge_;
  policy::Policy policy_;
  dnssec::SharedClockState shared_clock_;
  std::optional<dnssec::ClockGuard> clock_guard_;
  std::unique_ptr<resolver::Trust> trust_;
  std::vector<std::unique_ptr<Actor>> actors_;
  resolver::QueryCounters counters_;
  std::unique_ptr<resolver::Resolution> resolution_;
  std::vector<Octets> responses_;
  Nursery nursery_;  // the last that is used: what it suspends refers to all of these
  const resolver::WorkerTools tools_{loop_.get_executor(), clock_, random_, timers_, nursery_};
};

}  // namespace tributary::scenario
