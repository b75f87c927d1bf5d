#pragma once

#include <atomic>
#include <functional>

#include "resolver/background_checks.hpp"
#include "resolver/counters.hpp"
#include "resolver/dnssec/denial_cache.hpp"
#include "resolver/dnssec/shared_clock_state.hpp"
#include "resolver/dnssec/validator.hpp"
#include "resolver/strategy/reply_validation.hpp"

namespace tributary::resolver {

/// What all workers validate with. Thread-safe.
class Trust {
 public:
  /// What becomes of what is bogus.
  struct Bogus {
    bool served = false;                  ///< It is counted and logged, and served all the same.
    std::chrono::seconds remembered{60};  ///< At most.
  };

  /// `its_clock` outlives it.
  Trust(dnssec::TrustAnchors its_anchors, dnssec::ChainOfTrust::Settings its_settings, Bogus its_bogus,
        const dnssec::SharedClockState& its_clock)
      : settings(its_settings), bogus(its_bogus), clock(its_clock), anchors(std::move(its_anchors)) {}

  const dnssec::ChainOfTrust::Settings settings;
  const Bogus bogus;
  const dnssec::SharedClockState& clock;
  dnssec::CurrentAnchors anchors;
  dnssec::KnownLinks known;
  dnssec::DenialCache denials{most_denials};

  /// The clock was set, or anchors were replaced: what was found before is not known to be right. Answers
  /// stay in the cache, and are judged again when they are asked for.
  /// `now` is asked when all is forgotten: what was found until then is outdated.
  void judge_anew(const std::function<Instant()>& now);
  /// Whether what was validated at `found` has to be judged again.
  bool outdated(Instant found) const { return found < judged_since(); }
  /// When that was said last.
  Instant judged_since() const { return judged_since_.load(std::memory_order_relaxed); }

 private:
  static constexpr std::size_t most_denials = 4 << 20;  // octets

  std::atomic<Instant> judged_since_{Instant::min()};
};

/// Validation as the strategies see it. For one worker; references outlive it.
class AnswerValidation final : public ReplyValidation {
 public:
  /// `checks`: where signatures are verified once one was wrong; null: on the worker's thread as the others.
  AnswerValidation(Trust& trust, dnssec::LinkSource& links, Judge& judge, const WorkerTools& tools,
                   BackgroundChecks* checks, ValidationCounters& counters);

  Task<Judgement> validate(Judgement judgement, dnssec::EffortPtr effort) override;
  /// What was validated once, as it stands validation now; or why it does not.
  Task<tl::expected<cache::AnswerPtr, dnssec::Reason>> validate_again(cache::AnswerPtr answer,
                                                                      dnssec::EffortPtr effort);
  /// Whether that is needed.
  bool outdated(const cache::Answer& answer) const {
    return answer.security() >= cache::Security::undated && trust_.outdated(answer.stored());
  }
  /// False if a link of its chain could not be had: then nothing is known about the reply.
  static bool blames_reply(const dnssec::Reason& reason);
  /// How long a failure for `reason` may be remembered.
  std::chrono::seconds longest_failure(const dnssec::Reason& reason) const {
    return blames_reply(reason) ? trust_.bogus.remembered : Judge::longest_failure;
  }

  /// The denial that what was learned proves, so that nobody need be asked (RFC 8198): null if it proves
  /// none.
  cache::AnswerPtr known_denial(const Query& query, std::uint16_t group, const dnssec::EffortPtr& effort);
  /// Tells the trace of `effort` what is known of the chain of trust above its question.
  void tell_known_chain(const dnssec::Effort& effort) const {
    chain_.tell_known(effort.question.name, effort);
  }
  /// Learns from an answer that `group` gave.
  void learn(const cache::Answer& answer, std::uint16_t group);

 private:
  Task<dnssec::Validation> validation_of(cache::AnswerPtr answer, dnssec::EffortPtr effort);
  bool is_below_anchor(const dns::Question& question, const cache::Answer& denial) const;
  cache::AnswerPtr sealed(const cache::Answer& answer, const dnssec::Validation& validation) const;
  Judgement refused(Judgement judgement, dnssec::Reason reason, bool gave_up) const;

  Trust& trust_;
  Judge& judge_;
  Clock& clock_;
  std::optional<BackgroundChecks::Elsewhere> elsewhere_;
  dnssec::ChainOfTrust chain_;
  dnssec::Validator validator_;
  ValidationCounters& counters_;
};

}  // namespace tributary::resolver
