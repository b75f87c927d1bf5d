#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "resolver/strategy/acceptance.hpp"
#include "resolver/strategy/budget.hpp"
#include "resolver/strategy/contest_trace.hpp"
#include "resolver/strategy/disagreement_log.hpp"
#include "resolver/strategy/group.hpp"
#include "resolver/strategy/reply_validation.hpp"

namespace tributary::resolver {

/// One query's attempts: starts them as planned, hears of their ends, and lets acceptance choose.
///
/// Owned by its attempts as well as by its query: attempts that lost outlive the query and report to nobody
/// but their upstream's health and the log. One worker's thread only.
class Contest {
 public:
  using Result = Group::Result;

  struct Rules {
    Acceptance::Rules acceptance;
    Judge& judge;
    Duration attempt_timeout;
    std::string_view group;  ///< Its name, for errors.
    Budget& budget;          ///< Outlives the query.
    std::shared_ptr<DisagreementLog> log;
    ReplyValidation* validation = nullptr;  ///< Of this query; null: what is judged may win.
    dnssec::EffortPtr effort = nullptr;     ///< Of the validation.
  };

  /// Runs one query to its end. `plan` names places in `members`, which outlive the query. What members and
  /// rules refer to outlives the attempts.
  static Task<Result> run(Query query, std::span<const Group::Member> members, Plan plan, Rules rules,
                          Deadline deadline, const WorkerTools& tools);

  /// Use `run`.
  Contest(Query query, std::span<const Group::Member> members, Plan plan, Rules rules,
          const WorkerTools& tools, Instant began);

 private:
  static Task<> attempt(std::shared_ptr<Contest> contest, std::size_t step, const Group::Member* member,
                        Deadline deadline);

  void start_step(const std::shared_ptr<Contest>& self, StartedBy by, Instant now);
  void start_due_steps(const std::shared_ptr<Contest>& self, Instant now);
  bool next_is_due(Instant now);
  Instant next_due_at() const;
  Instant overdue_at() const;
  void blame_the_silent(Instant now);
  bool won_by_hedge(const Candidate& winner) const;
  Judgement judge(Guarded& upstream, const Reply& reply) const;
  void hear(const Group::Member& member, Judgement judgement);
  void hear_failure(const Failure& failure);
  void attempt_ended();
  void note_bogus(Health& health, const Judgement& judgement) const;
  void note_above_original(Health& health) const;
  void log_odd_ttl(const Health& health, TtlAnomaly kind) const;
  void hear_late(Guarded& upstream, Judgement judgement);
  bool unasked() const;
  bool last_resort_due() const;
  bool over() const { return pending_ == 0 && !unasked() && !last_resort_due(); }
  Instant wake_at(Deadline deadline) const;
  Result verdict(const Candidate* winner);
  dns::ExtendedErrorOption why_failed() const;
  dns::ExtendedErrorOption why_no_quorum() const;

  Query query_;
  std::span<const Group::Member> members_;
  Plan plan_;
  Rules rules_;
  const WorkerTools& tools_;
  Instant step_began_;  // what the next step's time counts from
  Alarm finished_;      // rung when an attempt has ended
  Acceptance acceptance_;
  const Candidate* winner_ = nullptr;
  std::size_t next_step_ = 0;
  std::size_t pending_ = 0;     // attempts that have not ended
  std::size_t validating_ = 0;  // of them, those that have their reply and wait for links of its chain
  std::uint32_t silent_ = 0;    // steps whose attempts have not ended, and were not blamed for it: a bit each
  std::uint32_t hedges_ = 0;    // steps that were started because others were slow: a bit each
  bool network_failed_ = false;
  bool decided_ = false;
  std::unique_ptr<ContestTrace> trace_;  // null: nobody wants to know
};

}  // namespace tributary::resolver
