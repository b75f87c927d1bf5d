// What a client gets, in this order:
//   at once    what the cache has; a substitute, if the question failed a moment ago or its group is degraded
//   waiting    the answer of the flight
//   in the end the substitute, when the flight has failed; a stale one already when the client's wait for
//              it is over
// where a substitute is the stale answer (RFC 8767) or, without one, what the group's zone to fall back on
// has.

#include "resolver/sources.hpp"

#include <spdlog/spdlog.h>

#include <new>
#include <system_error>

#include "resolver/explain/trace.hpp"
#include "resolver/upstream/sent_exchange.hpp"
#include "resolver/upstream/zone_reply.hpp"

namespace tributary::resolver {
namespace {

/// What comes from a zone to fall back on lives as short as what is stale (RFC 8767 §4).
constexpr std::chrono::seconds fallback_ttl{30};

/// Where there is no memory to keep it in, an answer is an answer all the same.
template <typename... Place>
void keep(cache::AnswerCache& cache, const cache::Key& key, const cache::AnswerPtr& answer, Instant now,
          Place... place) {
  try {
    cache.store(key, answer, now, place...);
  } catch (const std::bad_alloc&) {
  } catch (const std::system_error&) {
  }
}

bool is_good(const cache::AnswerPtr& answer) {
  return answer && answer->rank() != cache::Rank::failure;
}

}  // namespace

Sources::Sources(SharedState shared, std::vector<Source> sources, const WorkerTools& tools,
                 QueryCounters& counters)
    : shared_(shared),
      reader_(shared.cache),
      sources_(std::move(sources)),
      fallback_judge_({fallback_ttl, fallback_ttl}),
      tools_(tools),
      counters_(counters) {}

// ---- For a client.

Task<cache::AnswerPtr> Sources::ask(Query query, std::size_t group, ClientWait wait, Deadline flight_end,
                                    dnssec::EffortPtr effort) {
  const auto key = key_of(query, group);
  auto [at_hand, flight, any, has_stale] = begin(query, group, key, wait, flight_end, std::move(effort));
  if (at_hand) co_return at_hand;
  auto answer = co_await InFlight::wait(flight, has_stale ? any.sooner(wait.stale) : any, tools_);
  if (!answer && has_stale) {
    const Instant now = tools_.clock.now();
    if (auto stale = reader_.lookup_stale(key, now)) co_return stale;
    if (auto fresh = reader_.lookup(key, now)) co_return fresh;
    answer = co_await InFlight::wait(flight, any, tools_);  // the stale one was evicted meanwhile
  }
  if (is_good(answer)) co_return answer;
  if (auto instead = substitute(query, group, key)) co_return instead;
  if (answer) co_return answer;
  co_return Judge::failure(query.question,
                           {dns::ExtendedError::no_reachable_authority, "no upstream answered in time"}, 0,
                           tools_.clock.now());
}

Sources::Begun Sources::begin(const Query& query, std::size_t group, const cache::Key& key, ClientWait wait,
                              Deadline flight_end, dnssec::EffortPtr effort) {
  const bool link = effort && effort->cause;
  const bool fresh = query.trace && query.trace->wish().fresh && !link;
  if (query.trace && !link) tell_cache(query, group, key, fresh);
  if (auto instead = fresh ? nullptr : instead_of_asking(query, group, key, link))
    return {std::move(instead), nullptr, wait.any};
  auto [leader, flight] = join(query, key);
  // Only after joining: an answer that landed since the first look is in the cache now.
  auto [cached, has_stale] = reader_.look(key, tools_.clock.now());
  if (fresh) cached = nullptr;
  cache::AnswerPtr outdated;
  if (cached && effort && validation_->outdated(*cached)) outdated.swap(cached);
  if (leader && !cached && !outdated && !fresh) cached = known_denial(query, group, key, effort);
  if (cached) {
    if (leader) leader->land(cached);
    return {std::move(cached), nullptr, wait.any};
  }
  if (!leader) {
    counters_.coalesced.add();
    return {nullptr, std::move(flight), wait.any, has_stale};
  }
  if (effort) effort = dnssec::effort_until(flight_end, effort);
  start_flight({query, group, flight_end, Purpose::clients, std::move(effort), std::move(outdated)},
               std::move(*leader));
  // Who starts the flight hears of its end, if its time is no longer than the client's.
  const Deadline any = flight_end.at() <= wait.any.at() ? Deadline(Instant::max()) : wait.any;
  return {nullptr, std::move(flight), any, has_stale};
}

/// Who wants to know all that is done has it done for himself alone.
InFlight::Joined Sources::join(const Query& query, const cache::Key& key) {
  return query.trace ? InFlight::alone(key, &tools_) : shared_.in_flight.join(key, &tools_);
}

/// What follows from what other answers have proven; kept as if it had been asked for.
cache::AnswerPtr Sources::known_denial(const Query& query, std::size_t group, const cache::Key& key,
                                       const dnssec::EffortPtr& effort) {
  if (!effort) return nullptr;
  auto denied = validation_->known_denial(query, number(group), effort);
  if (denied) keep(shared_.cache, key, denied, tools_.clock.now());
  if (denied && query.trace) query.trace->note("denied by what other answers have proven (RFC 8198)");
  return denied;
}

/// Whether a client gets what is at hand without waiting for the group, though its question may well be
/// asked: our own link is down, or the group does not answer.
bool Sources::prefer_stale(std::size_t group) {
  return shared_.link.down() || sources_[group].degradation.spares(tools_.random);
}

/// `link`: it is to prove other answers.
cache::AnswerPtr Sources::instead_of_asking(const Query& query, std::size_t group, const cache::Key& key,
                                            bool link) {
  const Instant now = tools_.clock.now();
  if (!shared_.recent_failures.holds(key, now) && !prefer_stale(group)) return nullptr;
  if (query.trace) tell_instead(query, group, key);
  auto cached = reader_.lookup(key, now);
  if (!cached) return substitute(query, group, key);
  if (validation_ == nullptr || !validation_->outdated(*cached)) return cached;
  return link ? nullptr : Judge::seal(*cached, cache::Security::unchecked, {}, now);
}

cache::AnswerPtr Sources::substitute(const Query& query, std::size_t group, const cache::Key& key) {
  auto stale = reader_.lookup_stale(key, tools_.clock.now());
  return stale ? stale : fall_back(query, group);
}

/// Its data, never its denials: it is not the one to know what does not exist.
cache::AnswerPtr Sources::fall_back(const Query& query, std::size_t group) {
  const auto* zone = sources_[group].fallback;
  if (zone == nullptr) return nullptr;
  auto judgement = fallback_judge_.judge(query, zone_reply(*zone, query), tools_.clock.now());
  return judgement.grade == Grade::complete ? std::move(judgement.answer) : nullptr;
}

// ---- Flights.

void Sources::refresh(Query query, std::size_t group, Deadline flight_end, dnssec::EffortPtr effort) {
  if (prefer_stale(group)) return;
  auto leader = shared_.in_flight.join(key_of(query, group), &tools_).leader;
  if (!leader) return;
  counters_.refreshes.add();
  start_flight({std::move(query), group, flight_end, Purpose::refresh, std::move(effort)},
               std::move(*leader));
}

void Sources::validate_with(AnswerValidation& validation) {
  validation_ = &validation;
  for (const auto& source : sources_) source.group->validate_with(validation);
}

void Sources::start_flight(Mission mission, InFlight::Leader leader) {
  tools_.nursery.start(fly(std::move(mission), std::move(leader)), "asking upstreams");
}

Task<> Sources::fly(Mission mission, InFlight::Leader leader) {
  const auto& [query, group, end, purpose, effort, outdated] = mission;
  if (outdated) {
    if (auto again = co_await judge_again(&mission, &leader.key())) co_return leader.land(std::move(again));
  }
  if (effort && !effort->budget->take_query()) {
    counters_.too_many_queries.add();
    co_return leader.land(Judge::failure(
        query.question, {dns::ExtendedError::other, "answering took more queries than one client may cause"},
        0, tools_.clock.now()));
  }
  const bool own_budget = !effort || effort->budget->untouched();
  const bool link_was_up = !shared_.link.down();
  const auto outages = shared_.link.outages();
  const auto result = co_await sources_[group].group->ask(query, end, effort);
  // While our own link was down, the group could not answer.
  if (link_was_up && shared_.link.outages() == outages)
    record(sources_[group], result || !result.error().silence, query);
  if (!result && purpose == Purpose::refresh) counters_.refresh_failures.add();
  if (result && effort) validation_->learn(*result->answer, number(group));
  if (result) co_return leader.land(accept(query, leader, *result));
  if (own_budget || !effort->budget->exhausted())
    co_return leader.land(fail(query, group, leader, result.error().error));
  // What the client asked before has used the budget up: that is no reason to fail others.
  leader.land(Judge::failure(query.question, result.error().error, 0, tools_.clock.now()));
}

/// The clock was set since the answer was validated: what stands it still stays. Null if it does not, or if
/// that could not be found out.
Task<cache::AnswerPtr> Sources::judge_again(const Mission* mission, const cache::Key* key) {
  auto again = co_await validation_->validate_again(mission->outdated, mission->effort);
  if (again || AnswerValidation::blames_reply(again.error()))
    shared_.cache.drop(*key, cache::Rank::validated);
  if (!again) co_return nullptr;
  keep(shared_.cache, *key, *again, tools_.clock.now());
  co_return *std::move(again);
}

void Sources::record(const Source& source, bool replied, const Query& query) const {
  const DomainTag domain = replied ? DomainTag() : tag_of(query.question.name);  // of silence only
  if (!source.degradation.record(replied, domain)) return;
  if (source.degradation.degraded()) {
    spdlog::warn("group {} does not answer as it should: what is stale or local is served at once",
                 source.name);
  } else {
    spdlog::info("group {} answers again", source.name);
  }
}

cache::AnswerPtr Sources::accept(const Query& query, const InFlight::Leader& leader, const Verdict& verdict) {
  const Instant now = tools_.clock.now();
  shared_.recent_failures.forget(leader.key(), now);
  if (may_keep(*verdict.answer, query, now)) {
    keep(shared_.cache, leader.key(), verdict.answer, now, verdict.place);
  } else {
    shared_.cache.drop(leader.key(), cache::Rank::failure);  // The row of failures has ended all the same.
  }
  return verdict.answer;
}

/// Of a name that somebody on the path forges, only what came over an authenticated channel or was validated.
bool Sources::may_keep(const cache::Answer& answer, const Query& query, Instant now) const {
  if (answer.rank() >= cache::Rank::authenticated || tools_.injected == nullptr) return true;
  return !tools_.injected->suspicious(query.question.name, now);
}

/// The failure is kept in the cache (RFC 9520) only where there is nothing to fall back on: a stale answer
/// keeps its place there, and from where the zone is asked the cache must not answer first.
cache::AnswerPtr Sources::fail(const Query& query, std::size_t group, const InFlight::Leader& leader,
                               dns::ExtendedErrorOption error) {
  const Instant now = tools_.clock.now();
  const auto longest = validation_ != nullptr ? validation_->longest_failure(error) : Judge::longest_failure;
  auto failure =
      Judge::failure(query.question, std::move(error), reader_.failures(leader.key()), now, longest);
  shared_.recent_failures.note(leader.key(), now);
  if (!fall_back(query, group)) keep(shared_.cache, leader.key(), failure, now);
  return failure;
}

}  // namespace tributary::resolver
