#include "resolver/resolution.hpp"

#include <algorithm>

#include <asio/post.hpp>

#include "dns/message_builder.hpp"
#include "resolver/refresh_ahead.hpp"
#include "resolver/upstream/zone_reply.hpp"

namespace tributary::resolver {
namespace {

cache::Key key_of(const dns::MessageView& query, std::uint16_t group) {
  return {query.question_wire(), query.header().checking_disabled, group};
}

/// The answer to ANY: one HINFO record says that there is no such thing (RFC 8482 §4.2).
std::vector<std::uint8_t> minimal_any_answer(const dns::Question& question) {
  static constexpr char rdata[] = "\x07RFC8482\x00";
  dns::Header header;
  header.response = true;
  dns::MessageBuilder builder(header);
  builder.question(question);
  const dns::Record hinfo{question.name, dns::Type::HINFO, dns::Class::IN, 3600, {rdata, rdata + 9}};
  static_cast<void>(builder.record(dns::Section::answer, hinfo));
  return builder.take();
}

}  // namespace

Resolution::Resolution(SharedState shared, std::vector<Source> sources, Judge& judge, Timeouts timeouts,
                       const WorkerTools& tools, QueryCounters& counters)
    : shared_(shared),
      reader_(shared.cache),
      judge_(judge),
      timeouts_(timeouts),
      tools_(tools),
      counters_(counters),
      sources_(shared, std::move(sources), tools, counters_) {
  lookups_.reserve(most_lookups);
  if (shared_.trust == nullptr) return;
  validation_.emplace(*shared_.trust, static_cast<dnssec::LinkSource&>(*this), judge_, tools_, shared_.checks,
                      counters_.validation);
  sources_.validate_with(*validation_);
}

/// A client that validates itself is given what there is (RFC 4035 §3.2.2).
Query Resolution::Request::query(bool validate) const {
  const bool checking_disabled = view.header().checking_disabled;
  return {question, checking_disabled, validate && !checking_disabled};
}

std::optional<std::span<const std::uint8_t>> Resolution::Request::cookie() const {
  if (!view.edns()) return {};
  const auto data = view.edns()->options.find(dns::OptionCode::cookie);
  return data && ServerCookies::possible(*data) ? data : std::nullopt;
}

// ---- At once: parse, screen, decide, look into the cache.

void Resolution::answer_now(std::span<Asked> batch) {
  const ReadGuard guard(reader_);
  for (Asked& asked : batch) {
    asked.answer = begin_answer(asked, guard);
    if (lookups_.size() == most_lookups) answer_lookups(guard);
  }
  answer_lookups(guard);
  if (!refreshes_.empty()) refresh_later();
}

QueryHandler::Immediate Resolution::begin_answer(Asked& asked, const ReadGuard& guard) {
  const auto& [message, client, out, answer, type] = asked;
  const auto header = dns::read_header(message);
  if (!header || header->response) {
    counters_.dropped.add();
    return Drop{};
  }
  if (header->opcode != dns::Opcode::QUERY) return write_header(asked, *header, dns::Rcode::NOTIMP);
  if (!has_few_records(message)) return write_header(asked, *header, dns::Rcode::FORMERR);
  const auto view = dns::MessageView::parse(message);
  if (!view) return write_header(asked, *header, dns::Rcode::FORMERR);
  const Request request{*view, view->question(), client, out};
  asked.type = dns::class_of(request.question.type);
  const auto decision = shared_.policy.decide(client.address, request.question);
  if (std::holds_alternative<policy::Refuse>(decision)) return refuse_client(request);
  if (const auto refusal = screen(*view)) return refuse(request, *refusal);
  if (request.question.type == dns::Type::ANY) return answer_any(request);
  if (const auto* local = std::get_if<policy::AnswerLocally>(&decision))
    return answer_locally(request, *local->zone);
  return begin_lookup(asked, request, std::get<policy::Forward>(decision), guard);
}

QueryHandler::Immediate Resolution::begin_lookup(Asked& asked, const Request& request, policy::Forward route,
                                                 const ReadGuard& guard) {
  if (!request.view.header().recursion_desired && !sources_.local(route.group))
    return refuse(request, recursion_needed());
  lookups_.push_back({request, route, guard.want(key_of(request.view, sources_.number(route.group))), asked});
  return Later{};
}

void Resolution::answer_lookups(const ReadGuard& guard) {
  for (const auto& lookup : lookups_) guard.fetch_entry(lookup.wanted);
  for (const auto& lookup : lookups_) lookup.asked.answer = answer_from_cache(lookup, guard);
  lookups_.clear();
}

QueryHandler::Immediate Resolution::answer_from_cache(const LookUp& lookup, const ReadGuard& guard) {
  const auto& [request, route, wanted, asked] = lookup;
  const Instant now = request.client.received;
  const auto entry = guard.find(wanted, now);
  if (entry && !entry->continues() && !outdated(*entry)) {
    counters_.cache_hits.add();
    const auto content = content_of(*entry, now);
    if (near_expiry(*entry, content.age) && claims_refresh(*entry, content.age, tools_.random))
      refreshes_.push_back({request.query(route.validate), route.group});
    return write(request, content, response_limit(request.view, request.client.protocol));
  }
  (sources_.local(route.group) ? counters_.local : counters_.cache_misses).add();
  return Later{route.group, route.validate};
}

bool Resolution::outdated(const cache::EntryView& entry) const {
  return entry.security() >= cache::Security::undated && shared_.trust->outdated(entry.stored());
}

void Resolution::refresh_later() {
  asio::post(tools_.executor, [this] { start_refreshes(); });
}

void Resolution::start_refreshes() {
  const Deadline end(tools_.clock.now() + timeouts_.query);
  for (auto& [query, group] : std::exchange(refreshes_, {})) {
    auto effort = query.validate
                      ? dnssec::begin_effort(query.question, end, &counters_.validation.signature_checks)
                      : nullptr;
    sources_.refresh(std::move(query), group, end, std::move(effort));
  }
}

QueryHandler::Written Resolution::answer_any(const Request& request) {
  const auto message = minimal_any_answer(request.question);
  ResponseContent content;
  content.message = message;
  return write(request, content, response_limit(request.view, request.client.protocol));
}

QueryHandler::Written Resolution::answer_locally(const Request& request, const dns::Zone& zone) {
  counters_.local.add();
  return write(request, *answer_from_zone(request.query(false), zone));
}

// ---- Later: ask, follow the chain.

Task<std::span<const std::uint8_t>> Resolution::answer_later(std::vector<std::uint8_t> message,
                                                             ClientInfo client, Later later) {
  const Pending pending(pending_);
  const auto view = dns::MessageView::parse(message);  // answer_now found it good
  const Request request{*view, view->question(), client, late_reply_};
  const Deadline flight_end(client.received + timeouts_.query);
  const ClientWait wait{Deadline(client.received + std::min(timeouts_.query, client.patience)),
                        client.received + timeouts_.stale};
  const auto answer = co_await resolve(request.query(later.validate), later.group, wait, flight_end);
  if (answer->is_stale()) counters_.stale_answers.add();
  const auto written = write(request, *answer);
  co_return std::span(late_reply_).first(written.size);
}

Task<cache::AnswerPtr> Resolution::resolve(Query query, std::size_t group, ClientWait wait,
                                           Deadline flight_end) {
  const bool may_validate = shared_.trust != nullptr && !query.checking_disabled;
  const auto effort = may_validate ? dnssec::begin_effort(query.question, flight_end,
                                                          &counters_.validation.signature_checks, query.trace)
                                   : nullptr;
  auto first_effort = query.validate ? effort : nullptr;
  auto whole = co_await sources_.ask(query, group, wait, flight_end, std::move(first_effort));
  if (query.trace) tell_answer(query, *whole);
  for (std::size_t links = 0; whole->continues_at(); ++links) {
    if (links == Judge::longest_chain) {
      counters_.too_long_chains.add();
      co_return failed(query, {dns::ExtendedError::other, "the CNAME chain is too long"});
    }
    Query next = query;
    next.question.name = *whole->continues_at();
    auto next_effort = effort ? dnssec::effort_beside(next.question, effort) : nullptr;
    if (next.trace) next.trace->asked(next.question);
    if (next.trace) tell_route(next, shared_.policy.route(next.question));
    const auto rest = co_await resolve_next(next, wait, std::move(next_effort));
    if (next.trace) tell_answer(next, *rest);
    whole = Judge::joined(query.question, *whole, *rest, tools_.clock.now());
    if (!whole)
      co_return failed(query, {dns::ExtendedError::other, "the answer is larger than a message can be"});
  }
  co_return whole;
}

Task<cache::AnswerPtr> Resolution::resolve_next(Query query, ClientWait wait, dnssec::EffortPtr effort) {
  const auto decision = shared_.policy.route(query.question);
  if (const auto* local = std::get_if<policy::AnswerLocally>(&decision))
    return ask_zone(std::move(query), local->zone);
  const auto& route = std::get<policy::Forward>(decision);
  query.validate = route.validate && !query.checking_disabled;
  if (!query.validate) effort = nullptr;
  // Others may join this flight: it gets the time of a query, not what is left of it.
  const Deadline flight_end(tools_.clock.now() + timeouts_.query);
  return sources_.ask(std::move(query), route.group, wait, flight_end, std::move(effort));
}

Task<cache::AnswerPtr> Resolution::ask_link(dns::Question question, dnssec::EffortPtr effort) {
  const ClientWait wait{effort->deadline, Instant::max()};
  Query query{question, false, false, effort->trace};
  auto answer = co_await resolve_next(std::move(query), wait, std::move(effort));
  if (!answer->is_stale()) co_return answer;
  co_return failed({question}, {dns::ExtendedError::no_reachable_authority, "there is a stale answer only"});
}

Task<cache::AnswerPtr> Resolution::ask_dnskeys(dns::Name zone) {
  const dns::Question question{zone, dns::Type::DNSKEY, dns::Class::IN};
  const Deadline end(tools_.clock.now() + timeouts_.query);
  return ask_link(question, dnssec::begin_effort(question, end, &counters_.validation.signature_checks));
}

Task<cache::AnswerPtr> Resolution::ask_zone(Query query, const dns::Zone* zone) {
  co_return answer_from_zone(query, *zone);
}

cache::AnswerPtr Resolution::failed(const Query& query, dns::ExtendedErrorOption error) const {
  return Judge::failure(query.question, std::move(error), 0, tools_.clock.now());
}

cache::AnswerPtr Resolution::answer_from_zone(const Query& query, const dns::Zone& zone) {
  auto judgement = judge_.judge(query, zone_reply(zone, query), tools_.clock.now());
  if (judgement.answer) return std::move(judgement.answer);
  return failed(query, {dns::ExtendedError::other, judgement.reason});
}

// ---- Writing.

QueryHandler::Written Resolution::write(const Request& request, const cache::Answer& answer) {
  const auto content = content_of(answer, tools_.clock.now(), request.client.received);
  return write(request, content, response_limit(request.view, request.client.protocol));
}

QueryHandler::Written Resolution::write(const Request& request, const ResponseContent& content,
                                        std::size_t limit) {
  const auto source = content.origin.source;
  count_response(source, content.rcode);
  const Written written{write_with_cookie(request, content, limit), source == AnswerSource::cache};
  return recorded(written, request.view.bytes(), request.client, content, request.out);
}

std::size_t Resolution::write_with_cookie(const Request& request, const ResponseContent& content,
                                          std::size_t limit) {
  const auto theirs = request.cookie();
  if (!theirs) return write_response(request.view, content, limit, request.out);
  const auto ours = shared_.cookies.reply(*theirs, request.client.address, request.client.received);
  return write_response(request.view, content, limit, request.out, ours);
}

QueryHandler::Written Resolution::refuse(const Request& request, const Refusal& refusal) {
  ResponseContent content;
  content.rcode = refusal.rcode;
  if (refusal.error) content.error.emplace(*refusal.error);
  return write(request, content, response_limit(request.view, request.client.protocol));
}

/// A client that is not served, and may not be who it says it is, gets no more octets than it sent: not even
/// a server cookie, if it did not send as many.
QueryHandler::Written Resolution::refuse_client(const Request& request) {
  ResponseContent content;
  content.rcode = dns::Rcode::REFUSED;
  content.error.emplace(dns::ExtendedError::prohibited, "");
  const auto limit = response_limit(request.view, request.client.protocol);
  return write(request, content, proven(request) ? limit : std::min(limit, request.view.bytes().size()));
}

bool Resolution::proven(const Request& request) const {
  if (request.client.protocol == Protocol::tcp) return true;
  const auto cookie = request.cookie();
  return cookie && shared_.cookies.good(*cookie, request.client.address, request.client.received);
}

QueryHandler::Written Resolution::write_header(const Asked& asked, const dns::Header& query,
                                               dns::Rcode rcode) {
  count_response(AnswerSource::local, rcode);
  ResponseContent content;
  content.rcode = rcode;
  const auto size = write_header_response(query, rcode, asked.out);
  return recorded({size}, asked.message, asked.client, content, asked.out);
}

QueryHandler::Written Resolution::recorded(Written written, std::span<const std::uint8_t> query,
                                           const ClientInfo& client, const ResponseContent& content,
                                           std::span<const std::uint8_t> out) {
  if (recorder_ == nullptr || !recorder_->takes(tools_.random)) return written;
  QueryFacts facts{.client = ClientOctets::of(client),
                   .protocol = client.protocol,
                   .received = client.received,
                   .replied = tools_.clock.now(),
                   .origin = content.origin,
                   .rcode = content.rcode,
                   .error = std::nullopt};
  if (content.error) facts.error = content.error->code;
  recorder_->record(facts, query, out.first(written.size));
  return written;
}

void Resolution::count_response(AnswerSource source, dns::Rcode rcode) {
  auto& by_rcode = counters_.responses[static_cast<std::size_t>(source)];
  by_rcode[std::min(static_cast<std::size_t>(rcode), QueryCounters::rcodes - 1)].add();
}

}  // namespace tributary::resolver
