// Members whose breaker is closed (and, for what is validated, whose replies stood validation) are the
// strategy's to choose from. When these are fewer than half of all (rounded up), so many of the others as are
// missing to a half follow as the last to be hedged to, the least recently failed first. Those that are left
// are last resorts: asked only when all before them have failed.
//
// Members that an operator has disabled are not asked at all; when all are, nobody is.
//
// When no breaker is closed, the two that failed the longest ago are asked at once: one of them may be back,
// and the breakers cannot all be right when it is our own link that was gone.

#include "resolver/strategy/group.hpp"

#include <algorithm>
#include <bit>

#include "base/siphash.hpp"
#include "resolver/explain/trace.hpp"
#include "resolver/strategy/contest.hpp"
#include "resolver/strategy/trusted_members.hpp"

namespace tributary::resolver {
namespace {

/// The same in every process: so that names keep their upstream over a restart.
std::uint64_t hash_of(const std::string& name) {
  const auto* octets = reinterpret_cast<const std::uint8_t*>(name.data());
  return std::bit_cast<std::uint64_t>(siphash({}, {octets, name.size()}));
}

std::vector<Choice> choices_of(const std::vector<Group::Member>& members) {
  std::vector<Choice> out;
  for (const auto& member : members) {
    const auto first = std::ranges::find(members, member.operator_name, &Group::Member::operator_name);
    const auto number =
        member.operator_name.empty() ? out.size() : static_cast<std::size_t>(first - members.begin());
    out.push_back(
        {member.weight, static_cast<std::uint32_t>(number), hash_of(member.upstream->health().name()), {}});
  }
  return out;
}

std::size_t quorum_of(const policy::GroupConfig& config) {
  return config.strategy == policy::StrategyKind::consensus ? config.quorum : 0;
}

}  // namespace

Group::Group(const policy::GroupConfig& config, std::vector<Member> members,
             std::unique_ptr<Strategy> strategy, Judge& judge, Duration attempt_timeout,
             const WorkerTools& tools)
    : config_(config),
      members_(std::move(members)),
      choices_(choices_of(members_)),
      strategy_(std::move(strategy)),
      judge_(judge),
      attempt_timeout_(attempt_timeout),
      tools_(tools),
      log_(std::make_shared<DisagreementLog>(config_.name)) {}

bool Group::local() const {
  return std::ranges::all_of(members_, &Member::local);
}

void Group::look_at_members(bool validate) {
  const Instant now = tools_.clock.now();
  closed_.clear();
  usable_.clear();
  open_.clear();
  for (std::size_t i = 0; i < members_.size(); ++i) {
    const auto& health = members_[i].upstream->health();
    if (health.disabled()) continue;
    if (!health.closed() || (validate && !health.validates(now))) {
      open_.emplace_back(health.last_failure(), i);
      continue;
    }
    closed_.push_back(i);
    usable_.push_back(choices_[i]);
    usable_.back().standing = health.standing(now);
  }
  std::ranges::sort(open_);
}

std::string_view Group::name_of(cache::UpstreamPlace place) const {
  const auto found = std::ranges::find_if(
      members_, [&](const Member& member) { return member.upstream->health().place() == place; });
  if (place == cache::UpstreamPlace::none || found == members_.end()) return {};
  return found->upstream->health().name();
}

Plan Group::plan(Strategy& strategy, std::size_t quorum, const Query& query) {
  // A quorum is protection of its own, and the trusted ones alone may be too few for it. What is validated
  // needs no protection on the way.
  const bool needs_none = query.validate || quorum != 0;
  if (const auto plan = needs_none ? std::nullopt : plan_of_trusted(query.question.name)) return *plan;
  look_at_members(query.validate);
  return closed_.empty() ? plan_of_open() : plan_of_closed(strategy, query.question);
}

Plan Group::plan_of_closed(Strategy& strategy, const dns::Question& question) {
  Plan plan = strategy.plan(usable_, question, tools_.random);
  Duration patience{};
  for (std::size_t i = 0; i < plan.size(); ++i) {
    patience = until_hedge(usable_[plan[i].member].standing);
    plan[i].member = closed_[plan[i].member];
  }
  std::size_t usable = closed_.size();
  const std::size_t enabled = closed_.size() + open_.size();
  for (const auto& [failed_at, member] : open_) {
    if (plan.full()) break;
    const bool fills_up = usable++ < (enabled + 1) / 2 && plan.size() < most_attempts;
    if (fills_up)
      plan.push_back({member, patience, Pick::filling_up});
    else
      plan.push_back({member, Step::as_last_resort, Pick::last_resort});
  }
  return plan;
}

Plan Group::plan_of_open() const {
  Plan plan;
  const Duration patience = Standing().hedge_delay;
  for (const auto& [failed_at, member] : open_) {
    if (plan.full()) break;
    const Duration late = plan.size() < most_attempts ? patience : Step::as_last_resort;
    plan.push_back({member, plan.size() < 2 ? Duration{} : late, Pick::nobody_else});
  }
  return plan;
}

std::optional<Plan> Group::plan_of_trusted(const dns::Name& name) const {
  if (tools_.injected == nullptr) return {};
  if (!tools_.injected->suspicious(name, tools_.clock.now())) return {};
  const auto trusted = trusted_members(members_);
  if (trusted.empty()) return {};
  Plan plan;
  for (const std::size_t member : trusted) {
    if (!plan.full())
      plan.push_back({member, plan.size() < 2 ? Duration{} : Standing().hedge_delay, Pick::trusted});
  }
  for (std::size_t member = 0; member < members_.size() && !plan.full(); ++member) {
    if (members_[member].upstream->health().disabled()) continue;
    if (std::ranges::find(trusted, member) == trusted.end())
      plan.push_back({member, Step::as_last_resort, Pick::last_resort});  // over TCP
  }
  return plan;
}

Task<Group::Result> Group::ask(Query query, Deadline deadline, dnssec::EffortPtr effort) {
  const auto wish = query.trace ? query.trace->wish().strategy : std::nullopt;
  if (!wish) return ask_by(*strategy_, quorum_of(config_), std::move(query), deadline, std::move(effort));
  auto wished = config_;
  wished.strategy = *wish;
  return ask_by(*make_strategy(wished), quorum_of(wished), std::move(query), deadline, std::move(effort));
}

Task<Group::Result> Group::ask_by(Strategy& strategy, std::size_t quorum, Query query, Deadline deadline,
                                  dnssec::EffortPtr effort) {
  const Plan steps = plan(strategy, quorum, query);
  auto* validation = effort ? validation_ : nullptr;
  return Contest::run(std::move(query), members_, steps,
                      {{config_.uniform, quorum},
                       judge_,
                       attempt_timeout_,
                       config_.name,
                       budget_,
                       log_,
                       validation,
                       std::move(effort)},
                      deadline, tools_);
}

}  // namespace tributary::resolver
