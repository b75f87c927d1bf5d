#include "resolver/explain/trace.hpp"

#include <algorithm>

namespace tributary::explain {

Link& Trace::link(const dns::Name& zone) {
  auto& chain = last().chain;
  const auto found = std::ranges::find(chain, zone, &Link::zone);
  if (found != chain.end()) return *found;
  const auto below = std::ranges::find_if(
      chain, [&](const Link& other) { return other.zone.label_count() > zone.label_count(); });
  return *chain.insert(below, {zone, "secure", {}, {}, {}, {}});
}

void Trace::good_signature(const SignedSet& set) {
  auto& known = last().signatures;
  const bool told = std::ranges::any_of(
      known, [&](const SignedSet& one) { return one.owner == set.owner && one.type == set.type; });
  if (!told) known.push_back(set);
}

bool Trace::asked_somebody() const {
  return std::ranges::any_of(step().attempts, [&](const Attempt& attempt) {
    return attempt.sent && attempt.question == step().question;
  });
}

Trace::Number Trace::planned(Attempt attempt) {
  last().attempts.push_back(std::move(attempt));
  return {steps_.size() - 1, last().attempts.size() - 1};
}

void Trace::sent(Number number, std::string_view why_now, Instant now) {
  auto& attempt = at(number);
  attempt.sent = since_began(now);
  attempt.fate = Fate::in_flight;
  attempt.reason = std::string(why_now) + ": " + attempt.reason;
  ++on_their_way_;
}

void Trace::ended(Number number, std::string outcome, Instant now) {
  auto& attempt = at(number);
  attempt.ended = since_began(now);
  attempt.outcome = std::move(outcome);
  if (--on_their_way_ == 0 && when_quiet_) when_quiet_();
}

void Trace::told(Number number, std::string outcome, std::string_view grade) {
  at(number).outcome = std::move(outcome);
  graded(number, grade);
}

void Trace::graded(Number number, std::string_view grade) {
  at(number).grade = grade;
}

void Trace::settled(Number number, Fate fate, std::string why) {
  at(number).fate = fate;
  at(number).why = std::move(why);
}

}  // namespace tributary::explain
