#include "resolver/strategy/group.hpp"

#include <algorithm>

#include "resolver/strategy/contest.hpp"

namespace tributary::resolver {

Group::Group(const policy::GroupConfig& config, std::vector<Member> members,
             std::unique_ptr<Strategy> strategy, Judge& judge, Duration attempt_timeout, WorkerTools tools)
    : name_(config.name),
      uniform_(config.uniform),
      members_(std::move(members)),
      strategy_(std::move(strategy)),
      judge_(judge),
      attempt_timeout_(attempt_timeout),
      tools_(std::move(tools)) {}

bool Group::local() const {
  return std::ranges::all_of(members_, &Member::local);
}

std::vector<Group::Member> Group::closed_members() const {
  std::vector<Member> closed;
  std::ranges::copy_if(members_, std::back_inserter(closed),
                       [](const Member& member) { return member.upstream->health().closed(); });
  return closed;
}

std::vector<Group::Member> Group::least_recently_failed() const {
  auto all = members_;
  std::ranges::stable_sort(all, {},
                           [](const Member& member) { return member.upstream->health().last_failure(); });
  return all;
}

Plan Group::plan_for(const std::vector<Member>& members) {
  std::vector<std::uint32_t> weights;
  for (const auto& member : members) weights.push_back(member.weight);
  return strategy_->plan(weights, tools_.random);
}

asio::awaitable<Contest::Result> Group::ask(Query query, Deadline deadline) {
  auto members = closed_members();
  Plan plan;
  if (!members.empty()) {
    plan = plan_for(members);
  } else if (!members_.empty()) {
    // The last usable upstream is never ejected: when all breakers are open, they are ignored.
    members = least_recently_failed();
    plan = in_order(members.size(), 2);
  } else {
    co_return tl::unexpected(dns::ExtendedErrorOption{dns::ExtendedError::no_reachable_authority,
                                                      "group " + name_ + " has no upstream"});
  }
  co_return co_await Contest::run(std::move(query), std::move(members), std::move(plan),
                                  {uniform_, judge_, attempt_timeout_}, deadline, tools_);
}

}  // namespace tributary::resolver
