#pragma once

#include <memory>
#include <optional>
#include <vector>

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
  };

  /// Runs one query to its end. `members` are what the steps of `plan` name.
  static asio::awaitable<Result> run(Query query, std::vector<Group::Member> members, Plan plan, Rules rules,
                                     Deadline deadline, WorkerTools tools);

 private:
  struct Attempt {
    std::size_t member;
    std::optional<ExchangeResult> result;  // until the contest has heard of it
  };

  Contest(Query query, std::vector<Group::Member> members, Plan plan, Rules rules, WorkerTools tools);

  static asio::awaitable<void> attempt(std::shared_ptr<Contest> contest, std::size_t index,
                                       Deadline deadline);

  void start_step(const std::shared_ptr<Contest>& self, Instant now);
  void start_due_steps(const std::shared_ptr<Contest>& self, Instant now);
  void hear(Instant now);
  void hear_reply(const Attempt& attempt, Instant now);
  bool unasked() const { return next_step_ < plan_.size(); }
  bool over() const { return pending_ == 0 && !unasked(); }
  Instant wake_at(Deadline deadline) const;
  Result verdict(const Candidate* winner);
  dns::ExtendedErrorOption why_failed() const;

  Query query_;
  std::vector<Group::Member> members_;
  Plan plan_;
  Rules rules_;
  WorkerTools tools_;
  Instant began_;  // what the steps' times count from
  Bell finished_;  // rung when an attempt has ended
  Acceptance acceptance_;
  std::vector<Attempt> attempts_;
  std::size_t next_step_ = 0;
  std::size_t pending_ = 0;  // attempts not heard of yet
  bool network_failed_ = false;
};

}  // namespace tributary::resolver
