#pragma once

#include <memory>
#include <string>
#include <vector>

#include <asio/any_io_executor.hpp>

#include "base/clock.hpp"
#include "resolver/strategy/judge.hpp"
#include "resolver/strategy/plan.hpp"
#include "resolver/upstream/guarded.hpp"

namespace tributary::resolver {

/// What a group needs from the worker it belongs to. All outlive the group.
struct WorkerTools {
  asio::any_io_executor executor;
  Clock& clock;
  Random& random;
};

/// The upstreams that one route leads to, as one worker uses them: asks them by its strategy, judges what
/// they reply, and returns the winner.
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
        Judge& judge, Duration attempt_timeout, WorkerTools tools);

  /// The accepted answer; or, when no upstream had one, why. Ends at `deadline` at the latest. Attempts that
  /// lost go on until their own time-out, for what they tell about their upstream.
  asio::awaitable<tl::expected<cache::AnswerPtr, dns::ExtendedErrorOption>> ask(Query query,
                                                                                Deadline deadline);

  /// True if it answers from memory alone, so that no recursion is needed.
  bool local() const;

 private:
  std::vector<Member> closed_members() const;
  /// All members, those whose last failure is the longest ago first.
  std::vector<Member> least_recently_failed() const;
  Plan plan_for(const std::vector<Member>& members);

  std::string name_;
  bool uniform_;
  std::vector<Member> members_;
  std::unique_ptr<Strategy> strategy_;
  Judge& judge_;
  Duration attempt_timeout_;
  WorkerTools tools_;
};

}  // namespace tributary::resolver
