// The loop of one query: see whether a reply has won, else start the steps that are due and sleep until an
// attempt ends, the next step is due, a held reply's time is over, or the deadline comes. A bad reply makes
// the next upstream be asked at once; a step that starts by time is a hedge, which the group's budget has to
// allow, unless whom it replaces is overdue.

#include "resolver/strategy/contest.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "resolver/strategy/losers.hpp"

namespace tributary::resolver {
namespace {

constexpr std::uint32_t bit(std::size_t step) {
  return std::uint32_t{1} << step;
}

}  // namespace

Contest::Contest(Query query, std::span<const Group::Member> members, Plan plan, Rules rules,
                 const WorkerTools& tools, Instant began)
    : query_(std::move(query)),
      members_(members),
      plan_(plan),
      rules_(std::move(rules)),
      tools_(tools),
      step_began_(began),
      finished_(tools.timers),
      acceptance_(rules_.acceptance) {
  if (query_.trace) trace_ = std::make_unique<ContestTrace>(query_, members_, plan_, began);
}

Task<Contest::Result> Contest::run(Query query, std::span<const Group::Member> members, Plan plan,
                                   Rules rules, Deadline deadline, const WorkerTools& tools) {
  Instant now = tools.clock.now();
  const auto self = std::allocate_shared<Contest>(frame_pool::Allocator<Contest>(), std::move(query), members,
                                                  plan, std::move(rules), tools, now);
  for (;; now = tools.clock.now()) {
    if (const auto* winner = self->acceptance_.decide({self->pending_, self->unasked()}, now)) {
      co_return self->verdict(winner);
    }
    if (self->over() || deadline.passed(now)) co_return self->verdict(self->acceptance_.best());
    self->start_due_steps(self, now);
    co_await self->finished_.wait_until(self->wake_at(deadline));
  }
}

Task<> Contest::attempt(std::shared_ptr<Contest> contest, std::size_t step, const Group::Member* member,
                        Deadline deadline) {
  auto& upstream = *member->upstream;  // the member itself may be gone when a loser ends
  const auto result = co_await upstream.exchange(contest->query_, deadline);
  contest->silent_ &= ~bit(step);
  if (contest->trace_) contest->trace_->ended(upstream, result, contest->tools_.clock.now());
  if (contest->decided_) {
    if (result) contest->hear_late(upstream, contest->judge(upstream, *result));
    co_return;
  }
  if (!result) co_return contest->hear_failure(result.error());
  auto judgement = contest->judge(upstream, *result);
  if (contest->rules_.validation != nullptr && judgement.answer && !judgement.answer->is_local()) {
    ++contest->validating_;
    judgement = co_await contest->rules_.validation->validate(std::move(judgement), contest->rules_.effort);
    --contest->validating_;
    if (contest->trace_) contest->trace_->validated(upstream, judgement);
    if (judgement.bogus) contest->note_bogus(upstream.health(), judgement);
    if (judgement.above_original) contest->note_above_original(upstream.health());
    if (contest->decided_) co_return contest->hear_late(upstream, std::move(judgement));
  }
  contest->hear(*member, std::move(judgement));
}

// ---- Whom to ask now.

bool Contest::unasked() const {
  return next_step_ < plan_.size() && plan_[next_step_].after != Step::as_last_resort;
}

/// All others have failed, or answered with an error. Who blames DNSSEC has not failed.
bool Contest::last_resort_due() const {
  return next_step_ < plan_.size() && !unasked() && pending_ == 0 && acceptance_.best() == nullptr &&
         acceptance_.bogus_claim() == nullptr;
}

void Contest::start_step(const std::shared_ptr<Contest>& self, StartedBy by, Instant now) {
  const std::size_t step = next_step_++;
  if (trace_) trace_->sent(*members_[plan_[step].member].upstream, by, now - step_began_, now);
  step_began_ = now;
  ++pending_;
  silent_ |= bit(step);
  tools_.nursery.start(
      attempt(self, step, &members_[plan_[step].member], Deadline(now + rules_.attempt_timeout)),
      "an exchange with an upstream");
}

void Contest::start_due_steps(const std::shared_ptr<Contest>& self, Instant now) {
  while (unasked() && next_is_due(now)) start_step(self, StartedBy::time, now);
  if (acceptance_.wants_another() && unasked()) {
    acceptance_.another_asked();
    start_step(self, StartedBy::poor_reply, now);
  }
  if (last_resort_due()) start_step(self, StartedBy::want_of_others, now);
}

/// Requires: unasked(). Pays for what it says yes to.
bool Contest::next_is_due(Instant now) {
  const Duration after = plan_[next_step_].after;
  if (after == Duration{}) return true;
  if (validating_ > 0) return false;
  if (now < step_began_ + after) return false;
  if (now < overdue_at() && !rules_.budget.pay(now)) return false;
  blame_the_silent(now);
  hedges_ |= bit(next_step_);
  members_[plan_[next_step_].member].upstream->health().hedge_sent();
  return true;
}

/// Requires: unasked().
Instant Contest::next_due_at() const {
  // Who has replied is not slow: what is waited for is the chain of trust.
  if (validating_ > 0) return Instant::max();
  const Instant hedge = step_began_ + plan_[next_step_].after;
  return std::min(rules_.budget.affordable_at(hedge), std::max(hedge, overdue_at()));
}

/// From then on, to ask somebody else is no hedge: whom the last step asked has as good as failed. Requires:
/// a step has started.
Instant Contest::overdue_at() const {
  const auto& asked = members_[plan_[next_step_ - 1].member].upstream->health();
  return step_began_ + asked.patience(Origin::client);
}

/// Another upstream is asked because these are slow.
void Contest::blame_the_silent(Instant now) {
  for (std::size_t step = 0; step < next_step_; ++step)
    if (silent_ & bit(step)) members_[plan_[step].member].upstream->health().unanswered_at_hedge(now);
  silent_ = 0;
}

bool Contest::won_by_hedge(const Candidate& winner) const {
  for (std::size_t step = 0; step < next_step_; ++step)
    if (hedges_ & bit(step) && members_[plan_[step].member].upstream == winner.upstream) return true;
  return false;
}

Instant Contest::wake_at(Deadline deadline) const {
  if (unasked()) deadline = deadline.sooner(next_due_at());
  if (const auto hold = acceptance_.held_until()) deadline = deadline.sooner(*hold);
  return deadline.at();
}

// ---- What they reply.

Judgement Contest::judge(Guarded& upstream, const Reply& reply) const {
  const Instant now = tools_.clock.now();
  auto judgement = rules_.judge.judge(query_, reply, now);
  if (trace_) trace_->judged(upstream, reply, judgement, rules_.judge.limits());
  if (judgement.told_ttl != 0) {
    if (const auto odd = upstream.health().told_ttl(query_.question, judgement.told_ttl, now))
      log_odd_ttl(upstream.health(), *odd);
  }
  return judgement;
}

void Contest::hear(const Group::Member& member, Judgement judgement) {
  const Instant now = tools_.clock.now();
  acceptance_.offer({std::move(judgement), member.upstream, member.operator_name, now}, now);
  attempt_ended();
}

void Contest::hear_failure(const Failure& failure) {
  network_failed_ |= failure.kind != Failure::Kind::timeout;
  acceptance_.attempt_failed();
  attempt_ended();
}

/// Replies that have arrived together with this one are heard before it wins, or another upstream is asked:
/// which of them was read first is luck.
void Contest::attempt_ended() {
  --pending_;
  pending_ > 0 || acceptance_.wants_another() ? finished_.ring_soon() : finished_.ring();
}

void Contest::note_bogus(Health& health, const Judgement& judgement) const {
  health.replied_bogus(
      query_.question,
      judgement.error.value_or(dns::ExtendedErrorOption{dns::ExtendedError::dnssec_bogus, judgement.reason}),
      tools_.clock.now());
  const auto line = rules_.log->bogus(query_.question, health.name(), judgement.reason, tools_.clock.now());
  if (line) spdlog::warn(*line);
}

void Contest::note_above_original(Health& health) const {
  health.told_odd_ttl(TtlAnomaly::above_original);
  log_odd_ttl(health, TtlAnomaly::above_original);
}

void Contest::log_odd_ttl(const Health& health, TtlAnomaly kind) const {
  const auto line = rules_.log->odd_ttl(query_.question, health.name(), kind, tools_.clock.now());
  if (line) spdlog::info(*line);
}

void Contest::hear_late(Guarded& upstream, Judgement judgement) {
  if (trace_) trace_->late(upstream, judgement, winner_);
  if (winner_ == nullptr) return;
  const Instant now = tools_.clock.now();
  const Candidate loser{std::move(judgement), &upstream, {}, now};
  compare_with_winner(loser, *winner_, query_.question, *rules_.log, now, tools_.random);
}

// ---- How it ends.

Contest::Result Contest::verdict(const Candidate* winner) {
  decided_ = true;
  if (trace_) trace_->decided(acceptance_, winner, {{pending_, unasked()}, tools_.clock.now()});
  if (winner == nullptr)
    return tl::unexpected(
        NoAnswer{why_failed(), plan_.size() > 0 && acceptance_.heard().empty() && validating_ == 0});
  winner_ = winner;
  const auto& health = winner->upstream->health();
  const Instant now = tools_.clock.now();
  winner->upstream->health().won();
  if (won_by_hedge(*winner)) winner->upstream->health().hedge_won();
  if (winner->judgement.answer->security() == cache::Security::secure)
    winner->upstream->health().proved_validation(now);
  rules_.budget.answered();
  for (const auto& loser : acceptance_.heard())
    if (&loser != winner)
      compare_with_winner(loser, *winner, query_.question, *rules_.log, now, tools_.random);
  return Verdict{winner->judgement.answer, winner->judgement.grade, health.name(), health.place()};
}

/// What an upstream said about DNSSEC comes first, then that they do not agree, then what else an upstream
/// said. RFC 8914 §4.23, §4.24: the network failed, or nobody answered.
dns::ExtendedErrorOption Contest::why_failed() const {
  if (const auto* claim = acceptance_.bogus_claim()) return *claim->judgement.error;
  if (rules_.acceptance.quorum != 0 && std::ranges::any_of(acceptance_.heard(), [](const Candidate& one) {
        return one.judgement.answer != nullptr;
      }))
    return why_no_quorum();
  if (const auto* error = acceptance_.first_error()) {
    if (error->judgement.error) return *error->judgement.error;
    return {dns::ExtendedError::no_reachable_authority,
            error->upstream->health().name() + ": " + error->judgement.reason};
  }
  if (members_.empty()) {
    return {dns::ExtendedError::no_reachable_authority,
            fmt::format("group {} has no upstream", rules_.group)};
  }
  if (plan_.size() == 0) {
    return {dns::ExtendedError::network_error,
            fmt::format("all upstreams of group {} are disabled", rules_.group)};
  }
  if (network_failed_) return {dns::ExtendedError::network_error, "no upstream could be reached"};
  return {dns::ExtendedError::no_reachable_authority, "no upstream answered in time"};
}

dns::ExtendedErrorOption Contest::why_no_quorum() const {
  std::string said;
  for (const auto& [judgement, upstream, operator_name, came_at] : acceptance_.heard()) {
    said += said.empty() ? "" : "; ";
    said += upstream->health().name() + " says " +
            (judgement.answer ? to_text(statement_of(*judgement.answer)) : judgement.reason);
  }
  if (const auto line = rules_.log->no_quorum(query_.question, said, tools_.clock.now())) spdlog::warn(*line);
  return {dns::ExtendedError::other, fmt::format("no {} operators agree", rules_.acceptance.quorum)};
}

}  // namespace tributary::resolver
