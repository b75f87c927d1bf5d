#include "resolver/strategy/group.hpp"

#include <algorithm>
#include <numeric>

#include "resolver/strategy/contest.hpp"
#include "resolver/strategy/trusted_members.hpp"

namespace tributary::resolver {

Group::Group(const policy::GroupConfig& config, std::vector<Member> members,
             std::unique_ptr<Strategy> strategy, Judge& judge, Duration attempt_timeout,
             const WorkerTools& tools)
    : name_(config.name),
      uniform_(config.uniform),
      members_(std::move(members)),
      strategy_(std::move(strategy)),
      judge_(judge),
      attempt_timeout_(attempt_timeout),
      tools_(tools) {}

bool Group::local() const {
  return std::ranges::all_of(members_, &Member::local);
}

Plan Group::plan(const dns::Name& name) {
  if (tools_.injected != nullptr && tools_.injected->suspicious(name, tools_.clock.now())) {
    const auto trusted = trusted_members(members_);
    if (!trusted.empty()) return sequence(trusted, 2);
  }
  closed_.clear();
  weights_.clear();
  for (std::size_t i = 0; i < members_.size(); ++i) {
    if (!members_[i].upstream->health().closed()) continue;
    closed_.push_back(i);
    weights_.push_back(members_[i].weight);
  }
  // The last usable upstream is never ejected: when all breakers are open, they are ignored.
  return closed_.empty() ? plan_least_recently_failed() : plan_closed();
}

Plan Group::plan_closed() {
  Plan plan;
  for (const auto& step : strategy_->plan(weights_, tools_.random)) {
    plan.push_back({closed_[step.member], step.start_after});
  }
  return plan;
}

Plan Group::plan_least_recently_failed() const {
  std::vector<std::size_t> order(members_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(
      order, {}, [this](std::size_t member) { return members_[member].upstream->health().last_failure(); });
  return sequence(order, 2);
}

Task<Contest::Result> Group::ask(Query query, Deadline deadline) {
  const Plan whom = plan(query.question.name);
  return Contest::run(std::move(query), members_, whom, {uniform_, judge_, attempt_timeout_, name_}, deadline,
                      tools_);
}

}  // namespace tributary::resolver
