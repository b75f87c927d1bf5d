// Complete replies win at once. A negative one wins when nothing is in flight and (in a group whose upstreams
// are not interchangeable) nobody is left to ask; when a second operator says the same; or when its hold is
// over. A weak one makes the next upstream be asked, then is treated likewise. Truncated and useless ones
// never win.

#include "resolver/strategy/acceptance.hpp"

namespace tributary::resolver {

bool Acceptance::better_than_held(const Candidate& candidate) const {
  return !held_ || candidate.judgement.grade < held_->judgement.grade;
}

bool Acceptance::seconds_held(const Candidate& candidate) const {
  const bool another_voice =
      candidate.operator_name != held_->operator_name || candidate.operator_name.empty();
  const auto& held = held_->judgement;
  const auto& other = candidate.judgement;
  return another_voice && other.grade == held.grade && other.rcode == held.rcode &&
         other.answer->continues_at() == held.answer->continues_at();
}

void Acceptance::offer(Candidate candidate, Instant now) {
  const Grade grade = candidate.judgement.grade;
  if (grade == Grade::negative ? !uniform_ : grade != Grade::complete) wants_another_ = true;
  if (grade == Grade::truncated || grade == Grade::useless) {
    if (!error_) error_ = std::move(candidate);
  } else if (better_than_held(candidate)) {
    held_ = std::move(candidate);
    held_since_ = now;
    agreed_ = false;
  } else if (seconds_held(candidate)) {
    agreed_ = true;
  }
}

std::optional<Instant> Acceptance::held_until() const {
  if (!held_) return std::nullopt;
  return held_since_ + (uniform_ ? hold_uniform : hold_distinct);
}

const Candidate* Acceptance::decide(const Outlook& outlook, Instant now) const {
  if (!held_) return nullptr;
  const Grade grade = held_->judgement.grade;
  const bool somebody_left = outlook.unasked && (grade == Grade::weak || !uniform_);
  const bool nothing_to_come = outlook.pending == 0 && !somebody_left;
  const bool wins = grade == Grade::complete || agreed_ || nothing_to_come || now >= *held_until();
  return wins ? &*held_ : nullptr;
}

}  // namespace tributary::resolver
