#include "tests/scenario/stage.hpp"

#include <algorithm>

namespace tributary::scenario {

using namespace std::chrono_literals;
using resolver::ExchangeResult;
using resolver::Query;

namespace {

constexpr const char* group_name = "all";

policy::GroupConfig group_of(const Setting& setting) {
  policy::GroupConfig group;
  group.name = group_name;
  group.strategy = setting.strategy;
  for (const auto& upstream : setting.upstreams) group.upstreams.push_back(upstream.name);
  return group;
}

policy::Config config_of(const Setting& setting) {
  policy::Config config;
  config.groups = {group_of(setting)};
  config.routes = {{dns::Name(), group_name}};
  for (const auto& suffix : setting.unvalidated_routes) config.routes.push_back({suffix, group_name, false});
  config.allow = {policy::Prefix::of(asio::ip::make_address("127.0.0.0"), 8)};
  return config;
}

/// What an upstream says.
class Script final : public resolver::Upstream {
 public:
  Script(const Setting& setting, std::size_t index) : setting_(setting), index_(index) {}

  Task<ExchangeResult> exchange(Query query, Deadline) override {
    asked.push_back(query.question);
    auto content = setting_.world.reply_to(query.question);
    for (const auto& lie : setting_.upstreams[index_].lies) lie(query.question, content);
    using resolver::Failure;
    if (content.fate == ReplyContent::Fate::lost)
      co_return tl::unexpected(Failure{Failure::Kind::timeout, "no reply", {}});
    if (content.fate == ReplyContent::Fate::refused)
      co_return tl::unexpected(Failure{Failure::Kind::network, "connection refused", {}});
    resolver::Reply reply;
    reply.message = to_message(query.question, content);
    reply.rtt = 10ms;
    co_return reply;
  }

  std::vector<dns::Question> asked;

 private:
  const Setting& setting_;
  std::size_t index_;
};

Task<> answer(resolver::Resolution* resolution, Octets query, resolver::ClientInfo from,
              resolver::QueryHandler::Later later, std::vector<Octets>* responses) {
  const auto reply = co_await resolution->answer_later(std::move(query), from, later);
  responses->emplace_back(reply.begin(), reply.end());
}

}  // namespace

struct Stage::Actor {
  Actor(const Setting& setting, std::size_t index, Timers& timers, Random& random)
      : health(setting.upstreams[index].name),
        script(new Script(setting, index)),
        guarded(std::unique_ptr<resolver::Upstream>(script), health, timers, random) {}

  resolver::Health health;
  Script* script;  // in `guarded`
  resolver::Guarded guarded;
};

Stage::Stage(Setting& setting)
    : setting_(setting),
      judge_({setting.max_ttl, setting.max_negative_ttl}),
      policy_(config_of(setting)),
      trust_(make_trust()) {
  const resolver::SharedState shared{policy_,     cache_,
                                     in_flight_,  recent_failures_,
                                     link_,       resolver::ServerCookies(SipKey{1, 2, 3}, Duration::zero()),
                                     trust_.get()};
  look_at_clock();
  resolution_ = std::make_unique<resolver::Resolution>(
      shared, make_sources(), judge_, resolver::Resolution::Timeouts{4s, 1800ms}, tools_, counters_);
}

Stage::~Stage() = default;

/// As the daemon makes it: where an unvalidated route leads, no chain of trust is looked for.
std::unique_ptr<resolver::Trust> Stage::make_trust() {
  auto negative = setting_.negative_anchors;
  for (const auto& suffix : setting_.unvalidated_routes) negative.push_back(suffix);
  return std::make_unique<resolver::Trust>(
      dnssec::TrustAnchors(setting_.anchors, negative),
      dnssec::ChainOfTrust::Settings{{setting_.sha1}, setting_.most_iterations},
      resolver::Trust::Bogus{.served = setting_.permissive}, shared_clock_);
}

std::vector<resolver::Source> Stage::make_sources() {
  std::vector<resolver::Group::Member> members;
  for (std::size_t i = 0; i < setting_.upstreams.size(); ++i) {
    actors_.push_back(std::make_unique<Actor>(setting_, i, timers_, random_));
    members.push_back({&actors_.back()->guarded, 1, "", false});
  }
  const auto group = group_of(setting_);
  std::vector<resolver::Source> sources;
  sources.push_back(
      {group.name,
       std::make_unique<resolver::Group>(group, members, resolver::make_strategy(group), judge_, 2s, tools_),
       degradation_});
  return sources;
}

void Stage::poll() {
  loop_.restart();
  loop_.poll();
}

void Stage::advance(Duration by) {
  clock_.advance(by);
  look_at_clock();
  poll();
}

void Stage::step_wall_clock(std::chrono::seconds by) {
  wall_offset_ += by;
  look_at_clock();
}

void Stage::synchronize(bool synchronized) {
  synchronized_ = synchronized;
  look_at_clock();
}

/// As the daemon does each second.
void Stage::look_at_clock() {
  const Duration since = clock_.now() - ManualClock().now();
  const dnssec::ClockReading reading{.realtime = std::chrono::seconds(Setting::epoch) + wall_offset_ + since,
                                     .boottime = clock_.now(),
                                     .kernel = {{synchronized_, 10ms}}};
  if (!clock_guard_)
    clock_guard_.emplace(std::chrono::seconds(Setting::built), std::nullopt, setting_.clock, reading);
  const auto epoch = clock_guard_->view().epoch;
  clock_guard_->observe(reading);
  shared_clock_.publish(clock_guard_->view());
  if (clock_guard_->view().epoch != epoch) trust_->judge_anew([this] { return clock_.now(); });
}

Octets Stage::ask(const Octets& query) {
  const resolver::ClientInfo from{asio::ip::make_address("127.0.0.1"), resolver::Protocol::tcp, clock_.now()};
  Octets out(65535);
  const auto immediate = resolution_->answer_now(query, from, out);
  if (const auto* written = std::get_if<resolver::QueryHandler::Written>(&immediate)) {
    out.resize(written->size);
    return out;
  }
  responses_.clear();
  const auto later = std::get<resolver::QueryHandler::Later>(immediate);
  nursery_.start(answer(resolution_.get(), query, from, later, &responses_), "a query");
  poll();
  for (int waited = 0; waited < 100 && responses_.empty(); ++waited) advance(50ms);
  if (responses_.empty()) throw ScriptError("no response");
  return responses_.front();
}

const Stage::Actor& Stage::actor(const std::string& upstream) const {
  const auto found =
      std::ranges::find_if(actors_, [&](const auto& one) { return one->health.name() == upstream; });
  if (found == actors_.end()) throw ScriptError("no upstream " + upstream);
  return **found;
}

std::size_t Stage::times_asked(const std::string& upstream, const dns::Question* question) const {
  const auto& asked = actor(upstream).script->asked;
  return static_cast<std::size_t>(
      std::ranges::count_if(asked, [&](const auto& one) { return !question || one == *question; }));
}

bool Stage::validates(const std::string& upstream) const {
  return actor(upstream).health.validates(clock_.now());
}

}  // namespace tributary::scenario
