// Complete replies win at once. A negative one wins when nothing is in flight and (in a group whose upstreams
// are not interchangeable) nobody is left to ask; when a second operator says the same; or when its hold is
// over. A weak one makes the next upstream be asked, then is treated likewise. Truncated and useless ones
// never win. Beside a SERVFAIL that blames DNSSEC, only replies that a validating upstream vouches for count.
//
// With a quorum there is no ladder and no hold: a reply wins as soon as enough operators agree with it.

#include "resolver/strategy/acceptance.hpp"

#include <algorithm>

namespace tributary::resolver {
namespace {

bool is_another_voice(const Candidate& a, const Candidate& b) {
  return a.operator_name.empty() || a.operator_name != b.operator_name;
}

/// We know that it is right: nothing better can come.
bool is_proven(const Candidate& candidate) {
  return candidate.judgement.answer->security() >= cache::Security::undated;
}

/// What is proven first, then better grades, then better protected ways.
bool is_better(const Candidate& a, const Candidate& b) {
  if (is_proven(a) != is_proven(b)) return is_proven(a);
  if (a.judgement.grade != b.judgement.grade) return a.judgement.grade < b.judgement.grade;
  return a.judgement.answer->rank() > b.judgement.answer->rank();
}

}  // namespace

bool claims_bogus(const Judgement& judgement) {
  return judgement.rcode == dns::Rcode::SERVFAIL && judgement.error &&
         judgement.error->code >= dns::ExtendedError::dnssec_indeterminate &&
         judgement.error->code <= dns::ExtendedError::nsec_missing;
}

void Acceptance::offer(Candidate candidate, Instant now) {
  candidate.came_at = now;
  if (rules_.quorum != 0)
    statements_.push_back(candidate.judgement.answer ? statement_of(*candidate.judgement.answer)
                                                     : Statement());
  heard_.push_back(std::move(candidate));
  if (asks_for_another(heard_.back())) wants_another_ = true;
}

const Candidate* Acceptance::bogus_claim() const {
  const auto found = std::ranges::find_if(heard_, claims_bogus, &Candidate::judgement);
  return found == heard_.end() ? nullptr : &*found;
}

const Candidate* Acceptance::first_error() const {
  const auto bogus = std::ranges::find_if(heard_, [](const Candidate& one) { return one.judgement.bogus; });
  if (bogus != heard_.end()) return &*bogus;
  const auto found = std::ranges::find_if(heard_, [](const Candidate& one) { return !one.judgement.answer; });
  return found == heard_.end() ? nullptr : &*found;
}

bool Acceptance::acceptable(const Candidate& candidate) const {
  if (!candidate.judgement.answer) return false;
  // We have looked ourselves: what others say about it does not count.
  if (candidate.judgement.answer->security() != cache::Security::unchecked) return true;
  return candidate.judgement.validated || bogus_claim() == nullptr;
}

/// Requires: `candidate` is the last of those heard.
bool Acceptance::asks_for_another(const Candidate& candidate) const {
  if (!acceptable(candidate)) return true;
  if (rules_.quorum == 0 && is_proven(candidate)) return false;
  if (rules_.quorum != 0) return heard_.size() > 1 && voices_for(heard_.size() - 1) < 2;
  const Grade grade = candidate.judgement.grade;
  return grade == Grade::weak || (grade == Grade::negative && !rules_.uniform);
}

const Candidate* Acceptance::best_reply() const {
  const Candidate* best = nullptr;
  for (const auto& candidate : heard_)
    if (acceptable(candidate) && (best == nullptr || is_better(candidate, *best))) best = &candidate;
  return best;
}

/// How many operators agree with what was heard at `index`, its own included.
std::size_t Acceptance::voices_for(std::size_t index) const {
  std::vector<std::size_t> voices{index};
  for (std::size_t other = 0; other < heard_.size(); ++other) {
    const bool is_new = std::ranges::all_of(voices, [&](std::size_t voice) {
      return voice != other && is_another_voice(heard_[other], heard_[voice]);
    });
    if (is_new && acceptable(heard_[other]) && agree(statements_[index], statements_[other]))
      voices.push_back(other);
  }
  return voices.size();
}

const Candidate* Acceptance::quorum_winner() const {
  const Candidate* best = nullptr;
  for (std::size_t index = 0; index < heard_.size(); ++index) {
    const auto& candidate = heard_[index];
    if (!acceptable(candidate) || (best != nullptr && !is_better(candidate, *best))) continue;
    if (voices_for(index) >= rules_.quorum) best = &candidate;
  }
  return best;
}

const Candidate* Acceptance::best() const {
  return rules_.quorum != 0 ? quorum_winner() : best_reply();
}

bool Acceptance::is_seconded(const Candidate& held) const {
  const auto seconds = [&](const Candidate& other) {
    return acceptable(other) && is_another_voice(other, held) &&
           other.judgement.grade == held.judgement.grade &&
           agree(statement_of(*other.judgement.answer), statement_of(*held.judgement.answer));
  };
  return std::ranges::any_of(heard_,
                             [&](const Candidate& other) { return &other != &held && seconds(other); });
}

std::optional<Instant> Acceptance::held_until() const {
  const auto* held = rules_.quorum != 0 ? nullptr : best_reply();
  if (held == nullptr) return std::nullopt;
  return held->came_at + (rules_.uniform ? hold_uniform : hold_distinct);
}

const Candidate* Acceptance::decide(const Outlook& outlook, Instant now) const {
  const auto* held = best();
  return held != nullptr && ground(*held, outlook, now) ? held : nullptr;
}

std::optional<Acceptance::Ground> Acceptance::ground(const Candidate& winner, const Outlook& outlook,
                                                     Instant now) const {
  if (rules_.quorum != 0) return Ground::quorum;
  if (is_proven(winner)) return Ground::proven;
  const Grade grade = winner.judgement.grade;
  if (grade == Grade::complete) return Ground::complete;
  const bool somebody_left = outlook.unasked && (grade == Grade::weak || !rules_.uniform);
  if (outlook.pending == 0 && !somebody_left) return Ground::last_to_come;
  if (now >= *held_until()) return Ground::hold_over;
  if (is_seconded(winner)) return Ground::seconded;
  return std::nullopt;
}

}  // namespace tributary::resolver
