#include "tests/unit/explain/explain_fixture.hpp"

#include <stdexcept>

#include "tests/scenario/lies.hpp"
#include "tests/unit/strategy/replies.hpp"

namespace tributary::explain::testing {

using namespace std::chrono_literals;
using resolver::ExchangeResult;
using resolver::Failure;
using resolver::Query;
using tributary::testing::name;

namespace {

constexpr std::int64_t epoch = 1'772'323'200;  // 1 March 2026

scenario::Signing signed_today() {
  scenario::Signing signing;
  signing.dates = {epoch - 86400, epoch + 14 * 86400};
  return signing;
}

}  // namespace

ExplainTest::ExplainTest() {
  group.name = "public";
  group.strategy = policy::StrategyKind::failover;
  config_.allow = {policy::Prefix::of(asio::ip::make_address("127.0.0.0"), 8)};
  config_.routes = {{dns::Name(), group.name}};
}

ExplainTest::Behaviour ExplainTest::says(Duration after, const std::vector<std::string>& answer) {
  return {after, [answer](const Query& query) {
            return tributary::testing::reply(query, dns::Rcode::NOERROR, {answer, {}, {}});
          }};
}

ExplainTest::Behaviour ExplainTest::denies(Duration after) {
  return {after, [](const Query& query) {
            return tributary::testing::reply(
                query, dns::Rcode::NXDOMAIN,
                {{}, {"example. 3600 IN SOA ns.example. admin.example. 1 7200 900 86400 60"}, {}});
          }};
}

ExplainTest::Behaviour ExplainTest::replies(Duration after, dns::Rcode rcode,
                                            const dns::ExtendedErrorOption* error) {
  std::vector<std::uint8_t> options;
  if (error != nullptr) dns::append_extended_error(options, *error);
  return {after, [rcode, options](const Query& query) {
            dns::Edns edns;
            edns.options = options;
            return tributary::testing::reply(query, tributary::testing::header_of(rcode), {}, &edns);
          }};
}

ExplainTest::Behaviour ExplainTest::silent() {
  return {1h, [](const Query&) -> ExchangeResult {
            return tl::unexpected(Failure{Failure::Kind::timeout, "no reply", {}});
          }};
}

ExplainTest::Behaviour ExplainTest::knows_world(Duration after, const std::string& forged) const {
  const scenario::Line line{1, true, {"forge", forged, "A", "192.0.2.66"}};
  const auto lie = forged.empty() ? scenario::Lie() : scenario::make_lie(line, world_, epoch);
  return {after, [this, lie](const Query& query) -> ExchangeResult {
            auto content = world_.reply_to(query.question);
            if (lie) lie(query.question, content);
            resolver::Reply reply;
            reply.message = scenario::to_message(query.question, content);
            return reply;
          }};
}

ExplainTest::Actor& ExplainTest::add(const std::string& name, Behaviour behaviour,
                                     const std::string& operator_name) {
  auto& actor = actors_.emplace_back(name, actors_.size());
  *actor.behaviour = std::move(behaviour);
  actor.operator_name = operator_name;
  actor.guarded = std::make_unique<resolver::Guarded>(
      std::make_unique<tributary::testing::StubUpstream>(timers_, actor.behaviour, actor.asked), actor.health,
      timers_, random_);
  group.upstreams.push_back(name);
  return actor;
}

void ExplainTest::was_fast(Actor& actor, Duration rtt) {
  for (int i = 0; i < 40; ++i) {
    actor.health.query_sent(resolver::Origin::client);
    actor.health.succeeded(rtt, clock.now());
  }
}

void ExplainTest::open_breaker(Actor& actor) {
  for (resolver::DomainTag domain = 1; domain <= 3; ++domain) {
    const Instant at = clock.now() - (3 - domain) * 1s;
    actor.health.query_sent(resolver::Origin::client);
    actor.health.failed({resolver::Origin::client, domain, at}, {Failure::Kind::timeout, "no reply", {}}, at,
                        random_);
  }
  if (actor.health.closed()) throw std::logic_error("the breaker is still closed");
}

void ExplainTest::validate() {
  auto& root = world_.add_zone(dns::Name(), signed_today(), {});
  scenario::Signing split = signed_today();
  split.split = true;
  world_.add_zone(name("example."), split, {});
  auto& zone = world_.add_zone(name("signed.example."), signed_today(), {});
  zone.add(tributary::testing::record("www.signed.example. 300 IN A 192.0.2.1"));
  scenario::Signing none;
  none.is_signed = false;
  auto& plain = world_.add_zone(name("plain.example."), none, {});
  plain.add(tributary::testing::record("www.plain.example. 300 IN A 192.0.2.2"));
  std::vector<dns::Record> anchors;
  for (const auto& key : root.key_keys())
    anchors.push_back({dns::Name(), dns::Type::DS, dns::Class::IN, 0, key.ds(dns::Name())});
  const auto offset = std::chrono::seconds(epoch) - clock.now().time_since_epoch();
  wall_clock_.publish({dnssec::ClockState::synced, true, 1, offset});
  trust_.emplace(dnssec::TrustAnchors(anchors, {}), dnssec::ChainOfTrust::Settings{{false}, 50},
                 resolver::Trust::Bogus{}, wall_clock_);
}

void ExplainTest::begin() {
  config_.groups = {group};
  if (!trust_) config_.dnssec.mode = policy::DnssecMode::off;
  policy_.emplace(config_);
  std::vector<resolver::Group::Member> members;
  for (auto& actor : actors_) members.push_back({actor.guarded.get(), 1, actor.operator_name, false, "udp"});
  std::vector<resolver::Source> sources;
  sources.push_back(
      {group.name,
       std::make_unique<resolver::Group>(group, members, resolver::make_strategy(group), judge_, 2s, tools_),
       degradation_});
  const resolver::SharedState shared{*policy_,
                                     cache_,
                                     in_flight_,
                                     recent_failures_,
                                     link_,
                                     resolver::ServerCookies(SipKey{1, 2, 3}, Duration::zero()),
                                     trust_ ? &*trust_ : nullptr};
  resolution_ = std::make_unique<resolver::Resolution>(shared, std::move(sources), judge_,
                                                       resolver::Resolution::Timeouts{4s, 1800ms}, tools_,
                                                       query_counters_);
}

void ExplainTest::poll() {
  loop_.restart();
  loop_.poll();
}

void ExplainTest::advance(Duration by) {
  clock.advance(by);
  poll();
}

Explanation ExplainTest::explain(const std::string& asked, dns::Type type, Wish wish) {
  return explain(ExplainRequest{.question = {name(asked), type, dns::Class::IN}, .wish = wish});
}

Explanation ExplainTest::explain(ExplainRequest request) {
  return wait_for(begin_to_explain(std::move(request)));
}

ExplainTest::Begun ExplainTest::begin_to_explain(const std::string& asked) {
  return begin_to_explain(ExplainRequest{.question = {name(asked), dns::Type::A, dns::Class::IN}});
}

ExplainTest::Begun ExplainTest::begin_to_explain(ExplainRequest request) {
  if (!resolution_) begin();
  request.asked_at = std::chrono::seconds(epoch) + (clock.now() - ManualClock().now());
  const auto ended = start_task(nursery_, resolution_->explain(std::move(request)));
  poll();
  return ended;
}

Explanation ExplainTest::wait_for(const Begun& begun) {
  for (int waited = 0; waited < 10'000 && !begun->result; ++waited) advance(1ms);
  return begun->result.value();
}

}  // namespace tributary::explain::testing
