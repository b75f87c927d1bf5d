// What Sources tells who wants to know how it came by an answer.

#include "resolver/explain/trace.hpp"
#include "resolver/sources.hpp"

namespace tributary::resolver {
namespace {

std::string_view word_for(cache::Rank rank) {
  switch (rank) {
    case cache::Rank::failure:
      return "failure";
    case cache::Rank::incomplete:
      return "incomplete";
    case cache::Rank::negative:
      return "negative";
    case cache::Rank::clear:
      return "clear";
    case cache::Rank::authenticated:
      return "authenticated";
    case cache::Rank::validated:
      return "validated";
  }
  return {};
}

explain::CacheFinding::State state_of(const cache::EntryView& entry, bool stale, Instant now) {
  using State = explain::CacheFinding::State;
  if (entry.fresh(now)) return State::fresh;
  return stale ? State::stale : State::expired;
}

std::uint32_t seconds_left(const cache::EntryView& entry, Instant now) {
  if (!entry.fresh(now)) return 0;
  return static_cast<std::uint32_t>(entry.lifetime().count()) - entry.age(now);
}

}  // namespace

void Sources::tell_cache(const Query& query, std::size_t group, const cache::Key& key, bool skipped) {
  const Instant now = tools_.clock.now();
  const bool stale = reader_.look(key, now).stale;
  explain::CacheFinding found{.skipped = skipped};
  {
    const cache::AnswerCache::ReadGuard guard(reader_);
    if (const auto entry = guard.peek(key)) {
      found.state = state_of(*entry, stale, now);
      found.age = entry->age(now);
      found.ttl = seconds_left(*entry, now);
      found.rank = word_for(entry->rank());
      found.upstream = sources_[group].group->name_of(entry->upstream());
    }
  }
  query.trace->looked_into_cache(std::move(found));
}

/// Requires: nobody is asked, if anything is at hand.
void Sources::tell_instead(const Query& query, std::size_t group, const cache::Key& key) {
  auto& trace = *query.trace;
  if (shared_.recent_failures.holds(key, tools_.clock.now()))
    trace.note("it failed a moment ago: what is at hand is preferred to asking again");
  else if (shared_.link.down())
    trace.note("our own link is down: what is at hand is preferred to asking");
  else
    trace.note("group " + sources_[group].name +
               " does not answer as it should: what is at hand is preferred to asking");
}

}  // namespace tributary::resolver
