// The loop of one query: see whether a reply has won, else start the steps that are due and sleep until an
// attempt ends, the next step is due, a held reply's time is over, or the deadline comes. A bad reply makes
// the next upstream be asked at once.

#include "resolver/strategy/contest.hpp"

#include <algorithm>

#include "base/spawn.hpp"

namespace tributary::resolver {

Contest::Contest(Query query, std::vector<Group::Member> members, Plan plan, Rules rules, WorkerTools tools)
    : query_(std::move(query)),
      members_(std::move(members)),
      plan_(std::move(plan)),
      rules_(std::move(rules)),
      tools_(std::move(tools)),
      began_(tools_.clock.now()),
      finished_(tools_.executor, tools_.clock),
      acceptance_(rules_.uniform) {}

asio::awaitable<Contest::Result> Contest::run(Query query, std::vector<Group::Member> members, Plan plan,
                                              Rules rules, Deadline deadline, WorkerTools tools) {
  const std::shared_ptr<Contest> self(
      new Contest(std::move(query), std::move(members), std::move(plan), std::move(rules), std::move(tools)));
  while (true) {
    const Instant now = self->tools_.clock.now();
    if (const auto* winner = self->acceptance_.decide({self->pending_, self->unasked()}, now)) {
      co_return self->verdict(winner);
    }
    if (self->over() || deadline.passed(now)) co_return self->verdict(self->acceptance_.best());
    self->start_due_steps(self, now);
    co_await self->finished_.wait_until(self->wake_at(deadline));
    self->hear(self->tools_.clock.now());
  }
}

asio::awaitable<void> Contest::attempt(std::shared_ptr<Contest> contest, std::size_t index,
                                       Deadline deadline) {
  auto* upstream = contest->members_[contest->attempts_[index].member].upstream;
  auto result = co_await upstream->exchange(contest->query_, deadline);
  contest->attempts_[index].result = std::move(result);
  contest->finished_.ring();
}

void Contest::start_step(const std::shared_ptr<Contest>& self, Instant now) {
  const auto [member, start_after] = plan_[next_step_++];
  // A step that starts early takes those after it along: each attempt is waited for as long as planned.
  began_ = std::min(began_, now - start_after);
  attempts_.push_back({member, std::nullopt});
  ++pending_;
  spawn(tools_.executor, attempt(self, attempts_.size() - 1, Deadline(now + rules_.attempt_timeout)),
        "an exchange with an upstream");
}

void Contest::start_due_steps(const std::shared_ptr<Contest>& self, Instant now) {
  while (next_step_ < plan_.size() && began_ + plan_[next_step_].start_after <= now) start_step(self, now);
  if (acceptance_.wants_another() && unasked()) {
    acceptance_.another_asked();
    start_step(self, now);
  }
}

void Contest::hear(Instant now) {
  for (auto& attempt : attempts_) {
    if (!attempt.result) continue;
    const auto heard = std::move(attempt);
    attempt.result.reset();
    --pending_;
    if (*heard.result) {
      hear_reply(heard, now);
    } else {
      network_failed_ |= heard.result->error().kind != Failure::Kind::timeout;
      acceptance_.attempt_failed();
    }
  }
}

void Contest::hear_reply(const Attempt& attempt, Instant now) {
  const auto& member = members_[attempt.member];
  acceptance_.offer(
      {rules_.judge.judge(query_, **attempt.result, now), member.upstream, member.operator_name}, now);
}

Instant Contest::wake_at(Deadline deadline) const {
  if (next_step_ < plan_.size()) deadline = deadline.sooner(began_ + plan_[next_step_].start_after);
  if (const auto hold = acceptance_.held_until()) deadline = deadline.sooner(*hold);
  return deadline.at();
}

Contest::Result Contest::verdict(const Candidate* winner) {
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
  if (network_failed_) return {dns::ExtendedError::network_error, "no upstream could be reached"};
  return {dns::ExtendedError::no_reachable_authority, "no upstream answered in time"};
}

}  // namespace tributary::resolver
