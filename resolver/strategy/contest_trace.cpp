#include "resolver/strategy/contest_trace.hpp"

#include <algorithm>

#include "resolver/strategy/contest_words.hpp"
#include "resolver/strategy/shown_ttl.hpp"

namespace tributary::resolver {
namespace {

using explain::Fate;

std::string words_for(StartedBy by, Duration after, Duration waited) {
  switch (by) {
    case StartedBy::time:
      return after == Duration{} ? "at once" : "after " + milliseconds(waited) + " without a good reply";
    case StartedBy::poor_reply:
      return "since another failed or replied poorly";
    case StartedBy::want_of_others:
      return "as all others have failed";
  }
  return {};
}

}  // namespace

ContestTrace::ContestTrace(const Query& query, std::span<const Group::Member> members, const Plan& plan,
                           Instant now)
    : trace_(query.trace), question_(query.question) {
  for (const auto& step : plan) plan_step(members[step.member], step, &step == plan.begin(), now);
  for (std::size_t i = 0; i < members.size(); ++i)
    if (std::ranges::find(plan, i, &Step::member) == plan.end()) leave_out(members[i]);
}

void ContestTrace::plan_step(const Group::Member& member, const Step& step, bool first, Instant now) {
  const auto& health = member.upstream->health();
  explain::Attempt attempt{question_, health.name(), std::string(member.over)};
  attempt.reason = resolver::words_for(step.pick, health, first, now);
  attempts_.push_back({member.upstream, trace_->planned(std::move(attempt)), step.after});
}

void ContestTrace::leave_out(const Group::Member& member) {
  explain::Attempt attempt{question_, member.upstream->health().name(), std::string(member.over)};
  attempt.reason = "not in the plan";
  attempt.why = "others were picked before it, and no more are asked";
  trace_->planned(std::move(attempt));
}

ContestTrace::Attempt& ContestTrace::of(const Guarded& upstream) {
  return *std::ranges::find(attempts_, &upstream, &Attempt::upstream);
}

void ContestTrace::settle(const Guarded& upstream, Fate fate, std::string why) {
  trace_->settled(of(upstream).number, fate, std::move(why));
}

void ContestTrace::sent(const Guarded& upstream, StartedBy by, Duration waited, Instant now) {
  const auto& attempt = of(upstream);
  trace_->sent(attempt.number, words_for(by, attempt.after, waited), now);
}

void ContestTrace::ended(const Guarded& upstream, const ExchangeResult& result, Instant now) {
  const auto number = of(upstream).number;
  trace_->ended(number, result ? "a reply" : resolver::words_for(result.error()), now);
  if (!result) trace_->settled(number, Fate::failed, "no reply");
}

void ContestTrace::judged(const Guarded& upstream, const Reply& reply, const Judgement& judgement,
                          const Judge::Limits& limits) {
  auto& attempt = of(upstream);
  trace_->told(attempt.number, resolver::words_for(judgement), resolver::words_for(judgement.grade));
  if (judgement.answer) attempt.ttl = told_and_cut(reply, *judgement.answer, limits);
}

void ContestTrace::validated(const Guarded& upstream, const Judgement& judgement) {
  auto& attempt = of(upstream);
  trace_->graded(attempt.number, judgement.bogus ? "bogus" : resolver::words_for(judgement.grade));
  const auto left = judgement.answer ? shown_ttl(*judgement.answer) : std::nullopt;
  if (left) attempt.ttl.cut(*left, "no longer than its signature lets it live (RFC 4035 §5.3.3)");
}

void ContestTrace::decided(const Acceptance& acceptance, const Candidate* winner, const Moment& moment) {
  for (const auto& candidate : acceptance.heard()) {
    if (&candidate != winner)
      settle(*candidate.upstream, Fate::lost, why_lost(candidate.judgement, winner, &acceptance));
  }
  if (winner != nullptr) {
    const auto ground = acceptance.ground(*winner, moment.outlook, moment.now);
    settle(*winner->upstream, Fate::won, resolver::words_for(ground, acceptance.rules()));
    if (trace_->step().question == question_ && !trace_->ttl().given)
      trace_->ttl() = of(*winner->upstream).ttl;
  }
  settle_unsent();
}

void ContestTrace::settle_unsent() {
  for (const auto& attempt : attempts_) {
    if (trace_->attempt(attempt.number).sent) continue;
    const bool last = attempt.after == Step::as_last_resort;
    trace_->settled(
        attempt.number, Fate::not_asked,
        last ? "only if all others had failed"
             : "would have been next after " + milliseconds(attempt.after) + " without a good reply");
  }
}

void ContestTrace::late(const Guarded& upstream, const Judgement& judgement, const Candidate* winner) {
  settle(upstream, Fate::late, why_lost(judgement, winner, nullptr));
}

}  // namespace tributary::resolver
