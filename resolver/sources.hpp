#pragma once

#include <memory>
#include <string>
#include <vector>

#include "resolver/answer_validation.hpp"
#include "resolver/counters.hpp"
#include "resolver/degradation.hpp"
#include "resolver/shared_state.hpp"
#include "resolver/strategy/group.hpp"

namespace tributary::resolver {

/// One group of upstreams, as one worker asks it. What is referred to outlives it.
struct Source {
  std::string name;
  std::unique_ptr<Group> group;
  Degradation& degradation;             ///< Of the group; shared by the workers.
  const dns::Zone* fallback = nullptr;  ///< What is known without the upstreams.
  std::uint16_t number = 0;             ///< What keys name the group by.
};

/// How long a client waits.
struct ClientWait {
  Deadline any;  ///< For any answer.
  Instant
      stale;  ///< From then on a stale answer is better than none yet (RFC 8767 §5, client response timer).
};

/// Where answers come from when the cache has none, for one worker: from the upstreams of a group, asked once
/// for all who wait; failing them a stale answer, failing that the group's zone to fall back on.
///
/// The asking is a flight: a task of its own, which goes on when nobody waits any more, so that the cache has
/// the answer for those who come next.
class Sources {
 public:
  /// `sources` by the index that policy::Forward names. References outlive this object.
  Sources(SharedState shared, std::vector<Source> sources, const WorkerTools& tools, QueryCounters& counters);

  /// An answer to `query`; never null. If a flight has to start, it ends at `flight_end`. With an effort,
  /// what comes is validated.
  Task<cache::AnswerPtr> ask(Query query, std::size_t group, ClientWait wait, Deadline flight_end,
                             dnssec::EffortPtr effort);

  /// Asks for what the cache still has, unless somebody does already. Whatever comes of it, nobody waits.
  void refresh(Query query, std::size_t group, Deadline flight_end, dnssec::EffortPtr effort);

  /// Who validates for all groups. Once, before the first question.
  void validate_with(AnswerValidation& validation);

  const Group& group(std::size_t index) const { return *sources_[index].group; }
  const std::string& group_name(std::size_t index) const { return sources_[index].name; }

  /// True if the group answers from memory alone.
  bool local(std::size_t group) const { return sources_[group].group->local(); }
  /// What keys name the group by.
  std::uint16_t number(std::size_t group) const { return sources_[group].number; }

 private:
  cache::Key key_of(const Query& query, std::size_t group) const {
    return {query.question, query.checking_disabled, number(group)};
  }

  enum class Purpose { clients, refresh };

  /// What there is to wait for: nothing, if an answer is at hand.
  struct Begun {
    cache::AnswerPtr at_hand;
    std::shared_ptr<InFlight::Flight> flight;
    Deadline any;  ///< How long for any answer.
    bool has_stale = false;
  };

  /// What is asked, and how.
  struct Mission {
    Query query;
    std::size_t group;
    Deadline end;
    Purpose purpose;
    dnssec::EffortPtr effort;
    cache::AnswerPtr outdated = nullptr;  ///< The answer in the cache, if it has to be validated again.
  };

  Begun begin(const Query& query, std::size_t group, const cache::Key& key, ClientWait wait,
              Deadline flight_end, dnssec::EffortPtr effort);
  Task<> fly(Mission mission, InFlight::Leader leader);
  Task<cache::AnswerPtr> judge_again(const Mission* mission, const cache::Key* key);
  void start_flight(Mission mission, InFlight::Leader leader);
  void record(const Source& source, bool replied, const Query& query) const;
  cache::AnswerPtr accept(const Query& query, const InFlight::Leader& leader, const Verdict& verdict);
  cache::AnswerPtr known_denial(const Query& query, std::size_t group, const cache::Key& key,
                                const dnssec::EffortPtr& effort);
  bool may_keep(const cache::Answer& answer, const Query& query, Instant now) const;
  cache::AnswerPtr fail(const Query& query, std::size_t group, const InFlight::Leader& leader,
                        dns::ExtendedErrorOption error);

  InFlight::Joined join(const Query& query, const cache::Key& key);
  void tell_cache(const Query& query, std::size_t group, const cache::Key& key, bool skipped);
  void tell_instead(const Query& query, std::size_t group, const cache::Key& key);

  bool prefer_stale(std::size_t group);
  cache::AnswerPtr instead_of_asking(const Query& query, std::size_t group, const cache::Key& key, bool link);
  cache::AnswerPtr substitute(const Query& query, std::size_t group, const cache::Key& key);
  cache::AnswerPtr fall_back(const Query& query, std::size_t group);

  SharedState shared_;
  cache::AnswerCache::Reader reader_;
  std::vector<Source> sources_;
  AnswerValidation* validation_ = nullptr;  // null: nothing is asked with an effort
  Judge fallback_judge_;
  const WorkerTools& tools_;
  QueryCounters& counters_;
};

}  // namespace tributary::resolver
