#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "resolver/strategy/acceptance.hpp"
#include "resolver/strategy/group.hpp"

namespace tributary::resolver {

/// One query's attempts: starts them as planned, hears of their ends, and lets acceptance choose.
///
/// Owned by its attempts as well as by its query: attempts that lost outlive the query and report to nobody
/// but their upstream's health. One worker's thread only.
class Contest {
 public:
  using Result = tl::expected<cache::AnswerPtr, dns::ExtendedErrorOption>;

  struct Rules {
    bool uniform = true;
    Judge& judge;
    Duration attempt_timeout;
    std::string_view group;  ///< Its name, for errors.
  };

  /// Runs one query to its end. `plan` names places in `members`. What is referred to outlives the attempts.
  static Task<Result> run(Query query, std::span<const Group::Member> members, Plan plan, Rules rules,
                          Deadline deadline, const WorkerTools& tools);

  /// Use `run`.
  Contest(Query query, std::span<const Group::Member> members, Plan plan, Rules rules,
          const WorkerTools& tools, Instant began);

 private:
  static Task<> attempt(std::shared_ptr<Contest> contest, const Group::Member* member, Deadline deadline);

  void start_step(const std::shared_ptr<Contest>& self, Instant now);
  void start_due_steps(const std::shared_ptr<Contest>& self, Instant now);
  void hear(const Group::Member& member, const ExchangeResult& result);
  bool unasked() const { return next_step_ < plan_.size(); }
  bool over() const { return pending_ == 0 && !unasked(); }
  Instant wake_at(Deadline deadline) const;
  Result verdict(const Candidate* winner);
  dns::ExtendedErrorOption why_failed() const;

  Query query_;
  std::span<const Group::Member> members_;
  Plan plan_;
  Rules rules_;
  const WorkerTools& tools_;
  Instant began_;   // what the steps' times count from
  Alarm finished_;  // rung when an attempt has ended
  Acceptance acceptance_;
  std::size_t next_step_ = 0;
  std::size_t pending_ = 0;  // attempts that have not ended
  bool network_failed_ = false;
  bool decided_ = false;
};

}  // namespace tributary::resolver
