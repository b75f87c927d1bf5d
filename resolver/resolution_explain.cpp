// How a question is answered, for who wants to know: by the same steps as a client's, with a trace.

#include <fmt/format.h>

#include "cache/security_text.hpp"
#include "dns/message_builder.hpp"
#include "policy/config_words.hpp"
#include "resolver/resolution.hpp"
#include "resolver/strategy/shown_ttl.hpp"

namespace tributary::resolver {
namespace {

std::string rule_of(const dns::Question& question, const dns::Name& suffix, bool special) {
  const std::string above = question.type == dns::Type::DS ? "a DS belongs to the zone above, and " : "";
  if (special) return above + suffix.to_text() + " is a special name, which we answer ourselves";
  if (suffix.is_root()) return above + "no route matches but that of the root";
  return above + "the route of " + suffix.to_text() + " is the longest that matches";
}

std::string_view security_of(const cache::Answer& answer, bool validated) {
  if (validated && answer.rank() == cache::Rank::failure && answer.error()) {
    const auto code = answer.error()->code;
    if (code == dns::ExtendedError::dnssec_indeterminate) return "indeterminate";
    if (code >= dns::ExtendedError::dnssec_bogus && code <= dns::ExtendedError::nsec_missing) return "bogus";
  }
  return to_text(answer.security());
}

std::string_view source_of(const cache::Answer& answer, const explain::Trace& trace) {
  if (answer.is_stale()) return "stale";
  if (answer.is_local()) return "local";
  const auto& cache = trace.step().cache;
  const bool hit = cache && !cache->skipped && cache->state == explain::CacheFinding::State::fresh;
  if (hit) return "cache";
  if (answer.rank() == cache::Rank::failure) return "none";
  return trace.asked_somebody() ? "upstream" : "cache";
}

bool for_dnssec(dns::Type type, dns::Type asked) {
  return type != asked && (type == dns::Type::RRSIG || type == dns::Type::NSEC || type == dns::Type::NSEC3);
}

/// The answer section as a client without DO gets it at `now`.
std::vector<std::string> lines_of(const cache::Answer& answer, Instant now) {
  const auto message = *dns::MessageView::parse(answer.message());
  const auto records = dns::read_records(message);
  std::vector<std::string> lines;
  if (!records) return lines;
  for (auto record : records->answer) {
    if (for_dnssec(record.type, message.question_type())) continue;
    record.ttl -= std::min(record.ttl, answer.age(now));
    lines.push_back(dns::to_text(record));
  }
  return lines;
}

}  // namespace

Task<explain::Explanation> Resolution::explain(explain::ExplainRequest request) {
  const auto trace = std::make_shared<explain::Trace>(request.wish, tools_.clock.now());
  trace->asked(request.question);
  explain::Explanation out;
  out.asked_at = request.asked_at;
  out.answer = co_await answer_explained(&request, trace);
  out.answered = trace->since_began(tools_.clock.now());
  co_await watch_attempts(trace);
  out.total = trace->since_began(tools_.clock.now());
  out.steps = trace->steps();
  if (shared_.trust != nullptr) out.clock = dnssec::to_text(shared_.trust->clock.view().state);
  co_return out;
}

/// Attempts that lost, and the flight that a stale answer did not wait for.
Task<> Resolution::watch_attempts(explain::TracePtr trace) {
  Alarm quiet(tools_.timers);
  const Instant until = tools_.clock.now() + longest_watch;
  trace->when_quiet([&quiet] { quiet.ring_soon(); });
  while (!trace->quiet() && tools_.clock.now() < until) co_await quiet.wait_until(until);
  trace->when_quiet({});
}

Task<explain::Answer> Resolution::answer_explained(const explain::ExplainRequest* request,
                                                   explain::TracePtr trace) {
  if (auto refused = refuse_explained(*request, *trace)) co_return *std::move(refused);
  if (request->question.type == dns::Type::ANY) {
    trace->note("ANY is answered with one HINFO record: there is no such question (RFC 8482 §4.2)");
    co_return explain::Answer{.rcode = dns::Rcode::NOERROR, .source = "local"};
  }
  Query query{request->question, false, false, trace};
  const auto decision = shared_.policy.route(query.question);
  tell_route(query, decision);
  if (const auto* local = std::get_if<policy::AnswerLocally>(&decision)) {
    const auto answer = answer_from_zone(query, *local->zone);
    tell_answer(query, *answer);
    co_return told(query, *answer);
  }
  const auto route = std::get<policy::Forward>(decision);
  query.validate = route.validate;
  const Instant now = tools_.clock.now();
  const Deadline end(now + timeouts_.query);
  const auto answer = co_await resolve(query, route.group, {end, now + timeouts_.stale}, end);
  co_return told(query, *answer);
}

std::optional<explain::Answer> Resolution::refuse_explained(const explain::ExplainRequest& request,
                                                            explain::Trace& trace) const {
  if (!shared_.policy.admits(request.client)) {
    trace.note(fmt::format("no prefix in `allow` holds the client {}", request.client.to_string()));
    return explain::Answer{.rcode = dns::Rcode::REFUSED,
                           .source = "policy",
                           .error = dns::ExtendedErrorOption{dns::ExtendedError::prohibited, ""}};
  }
  dns::Header header;
  header.recursion_desired = true;
  const dns::Edns edns;
  const auto message = dns::build_query(header, request.question, &edns);
  const auto refusal = screen(*dns::MessageView::parse(message));
  if (!refusal) return {};
  trace.note("nobody is answered this, whoever asks");
  return explain::Answer{.rcode = refusal->rcode, .source = "policy", .error = refusal->error};
}

// ---- What the steps on the way tell. Requires: the query has a trace.

void Resolution::tell_route(const Query& query, const policy::Decision& decision) const {
  const auto* forward = std::get_if<policy::Forward>(&decision);
  const auto& suffix = shared_.policy.deciding_suffix(query.question);
  explain::Route route{.suffix = suffix, .rule = rule_of(query.question, suffix, forward == nullptr)};
  if (forward != nullptr) {
    const auto strategy = query.trace->wish().strategy.value_or(sources_.group(forward->group).strategy());
    route.group = sources_.group_name(forward->group);
    route.strategy = policy::to_text(strategy);
    route.validate = forward->validate && shared_.trust != nullptr;
  }
  query.trace->routed(std::move(route));
}

void Resolution::tell_answer(const Query& query, const cache::Answer& answer) const {
  auto& trace = *query.trace;
  auto& ttl = trace.ttl();
  if (const auto kept = shown_ttl(answer)) {
    const auto age = answer.age(tools_.clock.now());
    if (answer.is_stale())
      ttl.cuts.push_back({*kept, "stale, so not for long (RFC 8767 §4)"});
    else if (!ttl.received)
      ttl.received = kept;
    ttl.cut(*kept - std::min(*kept, age), fmt::format("{} s in the cache", age));
    ttl.given = ttl.now();
  }
  trace.answered(told(query, answer));
  if (trace.step().route->validate && validation_)
    validation_->tell_known_chain(
        *dnssec::begin_effort(query.question, Deadline(Instant::max()), nullptr, query.trace));
}

explain::Answer Resolution::told(const Query& query, const cache::Answer& answer) const {
  explain::Answer out{.rcode = answer.rcode()};
  out.records = lines_of(answer, tools_.clock.now());
  out.security = security_of(answer, query.trace->step().route->validate);
  out.source = source_of(answer, *query.trace);
  out.error = answer.error();
  return out;
}

}  // namespace tributary::resolver
