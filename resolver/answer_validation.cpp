#include "resolver/answer_validation.hpp"

#include <algorithm>

#include "resolver/dnssec/learn_denials.hpp"

namespace tributary::resolver {

void Trust::judge_anew(const std::function<Instant()>& now) {
  known.clear();
  denials.clear();
  judged_since_.store(now(), std::memory_order_relaxed);
}

AnswerValidation::AnswerValidation(Trust& trust, dnssec::LinkSource& links, Judge& judge,
                                   const WorkerTools& tools, BackgroundChecks* checks,
                                   ValidationCounters& counters)
    : trust_(trust),
      judge_(judge),
      clock_(tools.clock),
      chain_(trust.anchors, trust.known, links, trust.settings, clock_),
      validator_(chain_, [this] { return trust_.clock.view().at(clock_.now()); }),
      counters_(counters) {
  if (checks != nullptr) validator_.verify_elsewhere(elsewhere_.emplace(*checks, tools));
}

/// What was found while the clock was set may be half right: it is looked for again.
Task<dnssec::Validation> AnswerValidation::validation_of(cache::AnswerPtr answer, dnssec::EffortPtr effort) {
  while (true) {
    const auto since = trust_.judged_since();
    auto validation = co_await validator_.validate(answer, effort->question, effort);
    if (trust_.judged_since() == since) co_return validation;
    if (effort->deadline.passed(clock_.now()))
      co_return dnssec::Validation{dnssec::Validation::Kind::bogus,
                                   {dns::ExtendedError::dnssec_indeterminate, "the clock was set meanwhile"},
                                   {}};
  }
}

Task<Judgement> AnswerValidation::validate(Judgement judgement, dnssec::EffortPtr effort) {
  auto validation = co_await validation_of(judgement.answer, effort);
  switch (validation.kind) {
    case dnssec::Validation::Kind::bogus:
      co_return refused(std::move(judgement), std::move(validation.reason), effort->budget->exhausted());
    case dnssec::Validation::Kind::insecure:
      counters_.insecure.add();
      break;
    case dnssec::Validation::Kind::secure:
      counters_.secure.add();
      break;
  }
  judgement.answer = sealed(*judgement.answer, validation);
  judgement.above_original = validation.above_original;
  co_return judgement;
}

Task<tl::expected<cache::AnswerPtr, dnssec::Reason>> AnswerValidation::validate_again(
    cache::AnswerPtr answer, dnssec::EffortPtr effort) {
  const auto validation = co_await validation_of(answer, effort);
  if (validation.kind == dnssec::Validation::Kind::bogus) co_return tl::unexpected(validation.reason);
  co_return sealed(*answer, validation);
}

bool AnswerValidation::blames_reply(const dnssec::Reason& reason) {
  return reason.code >= dns::ExtendedError::dnssec_bogus && reason.code <= dns::ExtendedError::nsec_missing;
}

cache::AnswerPtr AnswerValidation::known_denial(const Query& query, std::uint16_t group,
                                                const dnssec::EffortPtr& effort) {
  if (!trust_.clock.view().may_be_secure()) return nullptr;
  const Instant now = clock_.now();
  auto message = trust_.denials.look_up(query.question, group, now, *effort->budget);
  if (!message) return nullptr;
  const auto judgement =
      judge_.judge(query, {.message = *std::move(message), .channel = Channel::authenticated}, now);
  if (!judgement.answer || !is_below_anchor(query.question, *judgement.answer)) return nullptr;
  counters_.denied_from_cache.add();
  return Judge::seal(*judgement.answer, cache::Security::secure, {}, now);
}

/// Below a negative trust anchor, or an anchor of its own, the zones above have no say.
bool AnswerValidation::is_below_anchor(const dns::Question& question, const cache::Answer& denial) const {
  const auto name = question.type == dns::Type::DS ? question.name.parent() : question.name;
  const auto anchor = trust_.anchors.get()->enclosing(name);
  if (!anchor) return false;
  const auto message = *dns::MessageView::parse(denial.message());
  bool below = false;
  message.for_each_record([&](const dns::RecordView& record) {
    if (record.type == dns::Type::SOA) below = message.owner(record).is_within(*anchor);
  });
  return below;
}

void AnswerValidation::learn(const cache::Answer& answer, std::uint16_t group) {
  if (answer.security() == cache::Security::secure && !outdated(answer))
    dnssec::learn_denials(answer, group, trust_.denials);
}

cache::AnswerPtr AnswerValidation::sealed(const cache::Answer& answer,
                                          const dnssec::Validation& validation) const {
  const auto clock = trust_.clock.view();
  auto security = cache::Security::insecure;
  if (validation.kind == dnssec::Validation::Kind::secure)
    security = clock.may_be_secure() ? cache::Security::secure : cache::Security::undated;
  auto most_ttls = validation.most_ttls;
  for (auto& ttl : most_ttls) ttl = std::min(ttl, clock.most_ttl());
  return Judge::seal(answer, security, most_ttls, clock_.now());
}

/// `gave_up`: for want of budget.
Judgement AnswerValidation::refused(Judgement judgement, dnssec::Reason reason, bool gave_up) const {
  judgement.bogus = blames_reply(reason) && !gave_up;
  judgement.undecided = !judgement.bogus;
  (judgement.bogus ? counters_.bogus : counters_.indeterminate).add();
  if (gave_up) counters_.too_dear.add();
  judgement.reason = reason.text;
  if (trust_.bogus.served) return judgement;
  judgement.answer = nullptr;
  judgement.grade = Grade::useless;
  judgement.error = std::move(reason);
  return judgement;
}

}  // namespace tributary::resolver
