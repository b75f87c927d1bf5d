#pragma once

#include <memory>
#include <string>
#include <vector>

#include "resolver/strategy/judge.hpp"
#include "resolver/strategy/plan.hpp"
#include "resolver/upstream/guarded.hpp"
#include "resolver/upstream/worker_tools.hpp"

namespace tributary::resolver {

/// The upstreams that one route leads to, as one worker uses them: asks them by its strategy, judges what
/// they reply, and returns the winner. It outlives the queries that it was asked.
class Group {
 public:
  struct Member {
    Guarded* upstream;  ///< Outlives the group.
    std::uint32_t weight = 1;
    std::string operator_name;
    bool local = false;  ///< It is a zone in memory.
  };

  /// `judge` outlives the group, as the tools do.
  Group(const policy::GroupConfig& config, std::vector<Member> members, std::unique_ptr<Strategy> strategy,
        Judge& judge, Duration attempt_timeout, const WorkerTools& tools);

  /// The accepted answer; or, when no upstream had one, why. Ends at `deadline` at the latest. Attempts that
  /// lost go on until their own time-out, for what they tell about their upstream.
  Task<tl::expected<cache::AnswerPtr, dns::ExtendedErrorOption>> ask(Query query, Deadline deadline);

  /// True if it answers from memory alone, so that no recursion is needed.
  bool local() const;

 private:
  Plan plan(const dns::Name& name);
  Plan plan_closed();
  Plan plan_least_recently_failed() const;

  std::string name_;
  bool uniform_;
  std::vector<Member> members_;
  std::unique_ptr<Strategy> strategy_;
  Judge& judge_;
  Duration attempt_timeout_;
  const WorkerTools& tools_;
  std::vector<std::size_t> closed_;     // scratch: members whose breaker is closed,
  std::vector<std::uint32_t> weights_;  // and their weights
};

}  // namespace tributary::resolver
