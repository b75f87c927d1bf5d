#pragma once

#include <functional>

#include "resolver/counters.hpp"
#include "resolver/dnssec/validator.hpp"
#include "resolver/strategy/reply_validation.hpp"

namespace tributary::resolver {

/// What all workers validate with. Everything in it is thread-safe or immutable.
struct Trust {
  Trust(dnssec::TrustAnchors its_anchors, dnssec::ChainOfTrust::Settings its_settings, bool is_permissive,
        std::function<dnssec::SignatureTime()> its_time)
      : anchors(std::move(its_anchors)),
        settings(its_settings),
        permissive(is_permissive),
        time(std::move(its_time)) {}

  const dnssec::TrustAnchors anchors;
  const dnssec::ChainOfTrust::Settings settings;
  const bool permissive;  ///< What is bogus is counted and logged, and served all the same.
  const std::function<dnssec::SignatureTime()> time;  ///< Any thread.
  dnssec::KnownLinks known;
};

/// Validation as the strategies see it. For one worker; references outlive it.
class AnswerValidation final : public ReplyValidation {
 public:
  AnswerValidation(Trust& trust, dnssec::LinkSource& links, Clock& clock, ValidationCounters& counters);

  Task<Judgement> validate(Judgement judgement, dnssec::EffortPtr effort) override;

 private:
  Judgement sealed(Judgement judgement, const dnssec::Validation& validation) const;
  Judgement bogus(Judgement judgement, dnssec::Reason reason) const;

  Trust& trust_;
  dnssec::ChainOfTrust chain_;
  dnssec::Validator validator_;
  ValidationCounters& counters_;
};

}  // namespace tributary::resolver
