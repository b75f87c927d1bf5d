#pragma once

#include <functional>

#include "resolver/counters.hpp"
#include "resolver/dnssec/validator.hpp"
#include "resolver/strategy/reply_validation.hpp"

namespace tributary::resolver {

/// What all workers validate with. Everything in it is thread-safe or immutable.
struct Trust {
  dnssec::TrustAnchors anchors;
  dnssec::ChainOfTrust::Settings settings;
  bool permissive = false;  ///< What is bogus is counted and logged, and served all the same.
  std::function<dnssec::SignatureTime()> time;
  mutable dnssec::KnownLinks known = {};
};

/// Validation as the strategies see it. For one worker; references outlive it.
class AnswerValidation final : public ReplyValidation {
 public:
  AnswerValidation(const Trust& trust, dnssec::LinkSource& links, Clock& clock, ValidationCounters& counters);

  Task<Judgement> validate(Judgement judgement, dnssec::EffortPtr effort) override;

 private:
  Judgement sealed(Judgement judgement, const dnssec::Validation& validation) const;
  Judgement bogus(Judgement judgement, dnssec::Reason reason) const;

  const Trust& trust_;
  dnssec::ChainOfTrust chain_;
  dnssec::Validator validator_;
  ValidationCounters& counters_;
};

}  // namespace tributary::resolver
