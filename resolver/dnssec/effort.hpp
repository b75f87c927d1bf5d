#pragma once

#include <memory>

#include "base/time.hpp"
#include "dns/record.hpp"
#include "resolver/dnssec/validation_budget.hpp"

namespace tributary::explain {
class Trace;
}

namespace tributary::dnssec {

/// One question that is asked on behalf of a client, whether the client's own or one that answering it has
/// led to. All of one client share a budget. Immutable but for the budget; one worker's thread only.
struct Effort {
  dns::Question question;
  Deadline deadline;  ///< When nobody waits for it any more.
  std::shared_ptr<ValidationBudget> budget;
  std::shared_ptr<const Effort> cause;  ///< What needs it; null: a client.
  /// For whom all that is done for it is recorded; mostly for nobody.
  std::shared_ptr<explain::Trace> trace = nullptr;

  /// It, or what it is asked for, is `other`: asking that would be waiting for oneself.
  bool is_for(const dns::Question& other) const {
    return question == other || (cause != nullptr && cause->is_for(other));
  }
};

using EffortPtr = std::shared_ptr<const Effort>;

/// The effort for a client's question. `signature_checks` as in ValidationBudget.
inline EffortPtr begin_effort(const dns::Question& question, Deadline deadline,
                              Counter* signature_checks = nullptr,
                              std::shared_ptr<explain::Trace> trace = nullptr) {
  return std::make_shared<const Effort>(Effort{
      question, deadline, std::make_shared<ValidationBudget>(signature_checks), nullptr, std::move(trace)});
}

/// The effort for a question that the client's has led to, when that one has been answered.
inline EffortPtr effort_beside(const dns::Question& question, const EffortPtr& first) {
  return std::make_shared<const Effort>(
      Effort{question, first->deadline, first->budget, nullptr, first->trace});
}

/// `effort` with more time: others wait for what comes of it, too.
inline EffortPtr effort_until(Deadline deadline, const EffortPtr& effort) {
  if (effort->deadline.at() == deadline.at()) return effort;
  return std::make_shared<const Effort>(
      Effort{effort->question, deadline, effort->budget, effort->cause, effort->trace});
}

/// The effort for what `cause` needs.
inline EffortPtr effort_for(const dns::Question& question, const EffortPtr& cause) {
  return std::make_shared<const Effort>(
      Effort{question, cause->deadline, cause->budget, cause, cause->trace});
}

}  // namespace tributary::dnssec
