#pragma once

#include <gtest/gtest.h>

#include <asio/io_context.hpp>

#include <deque>

#include "resolver/strategy/contest.hpp"
#include "resolver/strategy/group.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/unit/strategy/replies.hpp"
#include "tests/unit/strategy/seeded_random.hpp"
#include "tests/unit/strategy/stub_upstream.hpp"

namespace tributary::resolver {

/// A group of scripted upstreams in a time that the test moves.
class GroupTest : public ::testing::Test {
 protected:
  using Behaviour = testing::StubUpstream::Behaviour;
  using Milliseconds = std::chrono::milliseconds;

  static constexpr Duration attempt_timeout = std::chrono::milliseconds(1500);
  static constexpr Duration query_timeout = std::chrono::seconds(4);

  /// One upstream of the group, and what is known of it.
  struct Source {
    Source(std::string source_name, std::size_t place)
        : health(std::move(source_name), nullptr, cache::upstream_place(place)) {}

    Health health;
    std::shared_ptr<Behaviour> behaviour = std::make_shared<Behaviour>();
    std::shared_ptr<unsigned> asked = std::make_shared<unsigned>(0);
    std::unique_ptr<Guarded> guarded;
    std::string operator_name;
  };

  /// How a query ended, and when, counted from its start.
  struct Outcome {
    Contest::Result result;
    Duration after;
  };

  static Behaviour replies(Duration after, dns::Rcode rcode, testing::Sections sections = {}) {
    return {after, [rcode, sections](const Query& query) { return testing::reply(query, rcode, sections); }};
  }
  static Behaviour right(Duration after, const std::string& address = "192.0.2.1") {
    return replies(after, dns::Rcode::NOERROR, {{"www.example. 300 IN A " + address}, {}, {}});
  }
  static Behaviour right_for_all(Duration after) {
    return {after, [](const Query& query) {
              const std::string record = query.question.name.to_text() + " 300 IN A 192.0.2.1";
              return testing::reply(query, dns::Rcode::NOERROR, {{record}, {}, {}});
            }};
  }
  static Behaviour denies(Duration after) {
    return replies(after, dns::Rcode::NXDOMAIN,
                   {{}, {"example. 60 IN SOA ns.example. admin.example. 1 7200 900 86400 60"}, {}});
  }
  static Behaviour fails(Duration after, Failure::Kind kind = Failure::Kind::network) {
    return {after, [kind](const Query&) { return tl::unexpected(Failure{kind, "as scripted", {}}); }};
  }
  /// A validating upstream that found the name bogus.
  static Behaviour claims_bogus(Duration after) {
    return {after, [](const Query& query) {
              std::vector<std::uint8_t> options;
              dns::append_extended_error(options, {dns::ExtendedError::dnssec_bogus, "no"});
              dns::Edns edns;
              edns.options = options;
              return testing::reply(query, testing::header_of(dns::Rcode::SERVFAIL), {}, &edns);
            }};
  }
  static Behaviour over(Channel channel, Behaviour behaviour) {
    behaviour.channel = channel;
    return behaviour;
  }
  static Behaviour silent() { return fails(std::chrono::hours(1)); }

  Source& add(Behaviour behaviour, const std::string& operator_name = "") {
    auto& source = sources.emplace_back("u" + std::to_string(sources.size()), sources.size());
    *source.behaviour = std::move(behaviour);
    source.operator_name = operator_name;
    source.guarded = std::make_unique<Guarded>(
        std::make_unique<testing::StubUpstream>(timers, source.behaviour, source.asked), source.health,
        timers, random);
    return source;
  }

  /// Opens the breaker of `source` by three failures, the last one now.
  void open_breaker(Source& source) {
    for (DomainTag domain = 1; domain <= 3; ++domain) {
      const Instant at = clock.now() - (3 - domain) * std::chrono::seconds(1);
      source.health.failed({Origin::client, domain, at}, {Failure::Kind::timeout, "as scripted", {}}, at,
                           random);
    }
    ASSERT_FALSE(source.health.closed());
  }

  std::vector<Group::Member> members() {
    std::vector<Group::Member> out;
    for (auto& source : sources) out.push_back({source.guarded.get(), 1, source.operator_name, false});
    return out;
  }

  /// Asks in the order in which sources were added: one after the other.
  std::unique_ptr<Group> rotating() {
    config.strategy = policy::StrategyKind::rotate;
    config.order = policy::RotateOrder::round_robin;
    return make_group();
  }
  /// Asks `width` at once, drawn by chance.
  std::unique_ptr<Group> racing(std::size_t width) {
    config.strategy = policy::StrategyKind::race;
    config.width = width;
    return make_group();
  }
  std::unique_ptr<Group> make_group() {
    config.name = "test";
    return std::make_unique<Group>(config, members(), make_strategy(config), judge, attempt_timeout, tools);
  }

  void start(Group& group) {
    outcome.reset();
    nursery.start(keep(this, group.ask(testing::query(asked_name), Deadline(clock.now() + query_timeout))),
                  "a query");
    poll();
  }
  /// Makes `outcome` of how `query` ends.
  static Task<> keep(GroupTest* self, Task<Contest::Result> query) {
    const Instant began = self->clock.now();
    auto result = co_await std::move(query);
    self->outcome.emplace(std::move(result), self->clock.now() - began);
  }

  void poll() {
    loop.restart();
    loop.poll();
  }
  void advance(Duration by) {
    clock.advance(by);
    poll();
  }

  /// Asks and lets time pass until the query has ended.
  Outcome ask(Group& group, Duration step = Milliseconds(1)) {
    start(group);
    for (Duration passed{}; !outcome && passed <= query_timeout; passed += step) advance(step);
    if (!outcome) throw std::runtime_error("the query has not ended at its deadline");
    return std::move(*outcome);
  }

  static testing::Lines answer_in(const Outcome& ended) {
    return ended.result ? testing::answer_of(ended.result->answer) : testing::Lines{"no answer"};
  }

  const char* asked_name = "www.example.";
  ManualClock clock;
  testing::SeededRandom random;
  policy::GroupConfig config;
  Judge judge{{std::chrono::hours(24), std::chrono::hours(1)}};
  std::deque<Source> sources;
  std::optional<Outcome> outcome;
  asio::io_context loop;
  Timers timers{loop.get_executor(), clock};
  InjectedNames injected;
  Nursery nursery;  // the last that is used: what it suspends refers to all of these
  const WorkerTools tools{loop.get_executor(), clock, random, timers, nursery, &injected};
};

}  // namespace tributary::resolver
