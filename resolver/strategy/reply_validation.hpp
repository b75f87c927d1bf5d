#pragma once

#include <memory>

#include "base/task.hpp"
#include "resolver/strategy/judge.hpp"

namespace tributary::dnssec {
struct Effort;
using EffortPtr = std::shared_ptr<const Effort>;
}  // namespace tributary::dnssec

namespace tributary::resolver {

/// Has what was judged validated (RFC 4035 §5), before it may win. One for each worker.
class ReplyValidation {
 public:
  virtual ~ReplyValidation() = default;

  /// The judgement with its answer sealed, or, if that is bogus, without it and useless. Requires: it has an
  /// answer, that is not local, to the question of `effort`. Ends at the effort's deadline at the latest.
  virtual Task<Judgement> validate(Judgement judgement, dnssec::EffortPtr effort) = 0;

 protected:
  ReplyValidation() = default;
  ReplyValidation(const ReplyValidation&) = default;
  ReplyValidation& operator=(const ReplyValidation&) = default;
};

}  // namespace tributary::resolver
