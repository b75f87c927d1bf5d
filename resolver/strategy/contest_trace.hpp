#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "resolver/explain/trace.hpp"
#include "resolver/strategy/acceptance.hpp"
#include "resolver/strategy/group.hpp"

namespace tributary::resolver {

/// What made an attempt start when it did.
enum class StartedBy : std::uint8_t { time, poor_reply, want_of_others };

/// Tells a trace what becomes of the attempts of one contest: the contest has one if somebody wants to know.
/// Upstreams are named by their address; each has one place in a plan at most.
class ContestTrace {
 public:
  /// Tells the plan, and whom it leaves out. Requires: `query` has a trace.
  ContestTrace(const Query& query, std::span<const Group::Member> members, const Plan& plan, Instant now);

  /// `waited`: since the attempt before it began.
  void sent(const Guarded& upstream, StartedBy by, Duration waited, Instant now);
  void ended(const Guarded& upstream, const ExchangeResult& result, Instant now);
  void judged(const Guarded& upstream, const Reply& reply, const Judgement& judgement,
              const Judge::Limits& limits);
  void validated(const Guarded& upstream, const Judgement& judgement);

  /// When it was decided, and what was still to come.
  struct Moment {
    Acceptance::Outlook outlook;
    Instant now;
  };
  /// `winner`: null if there is none.
  void decided(const Acceptance& acceptance, const Candidate* winner, const Moment& moment);
  /// It came after that.
  void late(const Guarded& upstream, const Judgement& judgement, const Candidate* winner);

 private:
  struct Attempt {
    const Guarded* upstream;
    explain::Trace::Number number;
    Duration after{};  ///< As in Step.
    explain::Ttl ttl{};
  };

  void plan_step(const Group::Member& member, const Step& step, bool first, Instant now);
  void leave_out(const Group::Member& member);
  Attempt& of(const Guarded& upstream);
  void settle(const Guarded& upstream, explain::Fate fate, std::string why);
  void settle_unsent();

  std::shared_ptr<explain::Trace> trace_;
  dns::Question question_;
  std::vector<Attempt> attempts_;
};

}  // namespace tributary::resolver
