#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "resolver/strategy/budget.hpp"
#include "resolver/strategy/disagreement_log.hpp"
#include "resolver/strategy/judge.hpp"
#include "resolver/strategy/plan.hpp"
#include "resolver/strategy/reply_validation.hpp"
#include "resolver/upstream/guarded.hpp"
#include "resolver/upstream/worker_tools.hpp"

namespace tributary::resolver {

/// What won, and where it came from.
struct Verdict {
  cache::AnswerPtr answer;  ///< Never null.
  Grade grade = Grade::weak;
  std::string_view upstream;                                ///< Its name, which lives as long as its health.
  cache::UpstreamPlace place = cache::UpstreamPlace::none;  ///< The same for the cache.
};

/// Why there is no answer.
struct NoAnswer {
  dns::ExtendedErrorOption error;  ///< For the client.
  /// No upstream replied, however badly. (One that replies SERVFAIL for a dead zone is well.)
  bool silence = false;
};

/// The upstreams that one route leads to, as one worker uses them: asks them by its strategy, judges what
/// they reply, and returns the winner. It outlives the queries that it was asked.
class Group {
 public:
  struct Member {
    Guarded* upstream;  ///< Outlives the group.
    std::uint32_t weight = 1;
    std::string operator_name;
    bool local = false;          ///< It is a zone in memory.
    std::string_view over = {};  ///< How it is asked, for who explains it; lives for ever.
  };

  /// What wins; or, when no upstream had an answer, why.
  using Result = tl::expected<Verdict, NoAnswer>;

  /// `members` are in the order of the configuration. `judge` outlives the group, as the tools do.
  Group(const policy::GroupConfig& config, std::vector<Member> members, std::unique_ptr<Strategy> strategy,
        Judge& judge, Duration attempt_timeout, const WorkerTools& tools);

  /// Ends at `deadline` at the latest. With an effort, what they reply is validated. Attempts that lost go on
  /// until their own time-out, for what they tell about their upstream.
  Task<Result> ask(Query query, Deadline deadline, dnssec::EffortPtr effort = nullptr);

  policy::StrategyKind strategy() const { return config_.strategy; }
  /// The name of the member that cached answers name by `place`; empty if it is none.
  std::string_view name_of(cache::UpstreamPlace place) const;

  /// Who validates for this group; called once, before anything is asked with an effort.
  void validate_with(ReplyValidation& validation) { validation_ = &validation; }

  /// True if it answers from memory alone, so that no recursion is needed.
  bool local() const;

 private:
  Task<Result> ask_by(Strategy& strategy, std::size_t quorum, Query query, Deadline deadline,
                      dnssec::EffortPtr effort);
  Plan plan(Strategy& strategy, std::size_t quorum, const Query& query);
  void look_at_members(bool validate);
  Plan plan_of_closed(Strategy& strategy, const dns::Question& question);
  Plan plan_of_open() const;
  /// Nothing if anybody may answer, or nobody can be trusted.
  std::optional<Plan> plan_of_trusted(const dns::Name& name) const;

  policy::GroupConfig config_;
  std::vector<Member> members_;
  std::vector<Choice> choices_;  // what of the members never changes
  std::unique_ptr<Strategy> strategy_;
  Judge& judge_;
  ReplyValidation* validation_ = nullptr;
  Duration attempt_timeout_;
  const WorkerTools& tools_;
  Budget budget_;
  std::shared_ptr<DisagreementLog> log_;  // shared with attempts that lost
  // Scratch: members that may be chosen, how they stand, and the others by their last failure, the
  // longest ago first.
  std::vector<std::size_t> closed_;
  std::vector<Choice> usable_;
  std::vector<std::pair<Instant, std::size_t>> open_;
};

}  // namespace tributary::resolver
