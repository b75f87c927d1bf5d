#pragma once

#include <functional>

#include "resolver/counters.hpp"
#include "resolver/dnssec/denial_cache.hpp"
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
  dnssec::DenialCache denials{most_denials};

 private:
  static constexpr std::size_t most_denials = 4 << 20;  // octets
};

/// Validation as the strategies see it. For one worker; references outlive it.
class AnswerValidation final : public ReplyValidation {
 public:
  AnswerValidation(Trust& trust, dnssec::LinkSource& links, Judge& judge, Clock& clock,
                   ValidationCounters& counters);

  Task<Judgement> validate(Judgement judgement, dnssec::EffortPtr effort) override;

  /// The denial that what was learned proves, so that nobody need be asked (RFC 8198): null if it proves
  /// none.
  cache::AnswerPtr known_denial(const Query& query, std::uint16_t group, const dnssec::EffortPtr& effort);
  /// Learns from an answer that `group` gave.
  void learn(const cache::Answer& answer, std::uint16_t group);

 private:
  Judgement sealed(Judgement judgement, const dnssec::Validation& validation) const;
  Judgement bogus(Judgement judgement, dnssec::Reason reason) const;

  Trust& trust_;
  Judge& judge_;
  Clock& clock_;
  dnssec::ChainOfTrust chain_;
  dnssec::Validator validator_;
  ValidationCounters& counters_;
};

}  // namespace tributary::resolver
