// The loop of one query: see whether a reply has won, else start the steps that are due and sleep until an
// attempt ends, the next step is due, a held reply's time is over, or the deadline comes. A bad reply makes
// the next upstream be asked at once.

#include "resolver/strategy/contest.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tributary::resolver {

Contest::Contest(Query query, std::span<const Group::Member> members, Plan plan, Rules rules,
                 const WorkerTools& tools, Instant began)
    : query_(std::move(query)),
      members_(members),
      plan_(plan),
      rules_(rules),
      tools_(tools),
      began_(began),
      finished_(tools.timers),
      acceptance_(rules.uniform) {}

Task<Contest::Result> Contest::run(Query query, std::span<const Group::Member> members, Plan plan,
                                   Rules rules, Deadline deadline, const WorkerTools& tools) {
  Instant now = tools.clock.now();
  const auto self = std::allocate_shared<Contest>(frame_pool::Allocator<Contest>(), std::move(query), members,
                                                  plan, rules, tools, now);
  for (;; now = tools.clock.now()) {
    if (const auto* winner = self->acceptance_.decide({self->pending_, self->unasked()}, now)) {
      co_return self->verdict(winner);
    }
    if (self->over() || deadline.passed(now)) co_return self->verdict(self->acceptance_.best());
    self->start_due_steps(self, now);
    co_await self->finished_.wait_until(self->wake_at(deadline));
  }
}

Task<> Contest::attempt(std::shared_ptr<Contest> contest, const Group::Member* member, Deadline deadline) {
  const auto result = co_await member->upstream->exchange(contest->query_, deadline);
  contest->hear(*member, result);
}

void Contest::start_step(const std::shared_ptr<Contest>& self, Instant now) {
  const auto [member, start_after] = plan_[next_step_++];
  // A step that starts early takes those after it along: each attempt is waited for as long as planned.
  began_ = std::min(began_, now - start_after);
  ++pending_;
  tools_.nursery.start(attempt(self, &members_[member], Deadline(now + rules_.attempt_timeout)),
                       "an exchange with an upstream");
}

void Contest::start_due_steps(const std::shared_ptr<Contest>& self, Instant now) {
  while (unasked() && began_ + plan_[next_step_].start_after <= now) start_step(self, now);
  if (acceptance_.wants_another() && unasked()) {
    acceptance_.another_asked();
    start_step(self, now);
  }
}

void Contest::hear(const Group::Member& member, const ExchangeResult& result) {
  --pending_;
  if (decided_) return;
  if (result) {
    const Instant now = tools_.clock.now();
    acceptance_.offer({rules_.judge.judge(query_, *result, now), member.upstream, member.operator_name}, now);
  } else {
    network_failed_ |= result.error().kind != Failure::Kind::timeout;
    acceptance_.attempt_failed();
  }
  // Before another upstream is asked, replies that have arrived together with this one are heard.
  acceptance_.wants_another() ? finished_.ring_soon() : finished_.ring();
}

Instant Contest::wake_at(Deadline deadline) const {
  if (next_step_ < plan_.size()) deadline = deadline.sooner(began_ + plan_[next_step_].start_after);
  if (const auto hold = acceptance_.held_until()) deadline = deadline.sooner(*hold);
  return deadline.at();
}

Contest::Result Contest::verdict(const Candidate* winner) {
  decided_ = true;
  if (winner == nullptr) return tl::unexpected(why_failed());
  winner->upstream->health().won();
  return winner->judgement.answer;
}

/// RFC 8914 §4.23, §4.24: the network failed, or nobody answered; what an upstream said itself comes first.
dns::ExtendedErrorOption Contest::why_failed() const {
  if (const auto* error = acceptance_.first_error()) {
    if (error->judgement.error) return *error->judgement.error;
    return {dns::ExtendedError::no_reachable_authority,
            error->upstream->health().name() + ": " + error->judgement.reason};
  }
  if (members_.empty()) {
    return {dns::ExtendedError::no_reachable_authority,
            fmt::format("group {} has no upstream", rules_.group)};
  }
  if (network_failed_) return {dns::ExtendedError::network_error, "no upstream could be reached"};
  return {dns::ExtendedError::no_reachable_authority, "no upstream answered in time"};
}

}  // namespace tributary::resolver
