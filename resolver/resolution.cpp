#include "resolver/resolution.hpp"

#include <algorithm>

#include "dns/message_builder.hpp"
#include "resolver/upstream/zone_reply.hpp"

namespace tributary::resolver {
namespace {

cache::Key key_of(const Query& query, std::size_t group) {
  return {query.question, query.checking_disabled, static_cast<std::uint16_t>(group)};
}

cache::Key key_of(const dns::MessageView& query, std::size_t group) {
  return {query.question_wire(), query.header().checking_disabled, static_cast<std::uint16_t>(group)};
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

Resolution::Resolution(SharedState shared, std::vector<std::unique_ptr<Group>> groups, Judge& judge,
                       Duration query_timeout, const WorkerTools& tools)
    : shared_(shared),
      reader_(shared.cache),
      groups_(std::move(groups)),
      judge_(judge),
      query_timeout_(query_timeout),
      tools_(tools) {
  lookups_.reserve(most_lookups);
}

Query Resolution::Request::query() const {
  return {question, view.header().checking_disabled};
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
}

QueryHandler::Immediate Resolution::begin_answer(Asked& asked, const ReadGuard& guard) {
  const auto& [message, client, out, answer] = asked;
  (client.protocol == Protocol::udp ? counters_.udp : counters_.tcp).add();
  const auto header = dns::read_header(message);
  if (!header || header->response) {
    counters_.dropped.add();
    return Drop{};
  }
  if (header->opcode != dns::Opcode::QUERY) return write_header(*header, dns::Rcode::NOTIMP, out);
  if (!has_few_records(message)) return write_header(*header, dns::Rcode::FORMERR, out);
  const auto view = dns::MessageView::parse(message);
  if (!view) return write_header(*header, dns::Rcode::FORMERR, out);
  const Request request{*view, view->question(), client, out};
  const auto decision = shared_.policy.decide(client.address, request.question);
  if (std::holds_alternative<policy::Refuse>(decision)) return refuse_client(request);
  if (const auto refusal = screen(*view)) return refuse(request, *refusal);
  if (request.question.type == dns::Type::ANY) return answer_any(request);
  if (const auto* local = std::get_if<policy::AnswerLocally>(&decision))
    return answer_locally(request, *local->zone);
  return begin_lookup(asked, request, std::get<policy::Forward>(decision).group, guard);
}

QueryHandler::Immediate Resolution::begin_lookup(Asked& asked, const Request& request, std::size_t group,
                                                 const ReadGuard& guard) {
  if (!request.view.header().recursion_desired && !groups_[group]->local())
    return refuse(request, recursion_needed());
  lookups_.push_back({request, group, guard.want(key_of(request.view, group)), asked});
  return Later{group};
}

void Resolution::answer_lookups(const ReadGuard& guard) {
  for (const auto& lookup : lookups_) guard.fetch_entry(lookup.wanted);
  for (const auto& lookup : lookups_) lookup.asked.answer = answer_from_cache(lookup, guard);
  lookups_.clear();
}

QueryHandler::Immediate Resolution::answer_from_cache(const LookUp& lookup, const ReadGuard& guard) {
  const auto& [request, group, wanted, asked] = lookup;
  const Instant now = request.client.received;
  const auto entry = guard.find(wanted, now);
  if (entry && !entry->continues()) {
    counters_.cache_hits.add();
    return write(request, content_of(*entry, now), response_limit(request.view, request.client.protocol));
  }
  (groups_[group]->local() ? counters_.local : counters_.cache_misses).add();
  return Later{group};
}

QueryHandler::Written Resolution::answer_any(const Request& request) {
  const auto message = minimal_any_answer(request.question);
  ResponseContent content;
  content.message = message;
  return write(request, content, response_limit(request.view, request.client.protocol));
}

QueryHandler::Written Resolution::answer_locally(const Request& request, const dns::Zone& zone) {
  counters_.local.add();
  return write(request, *answer_from_zone(request.query(), zone), tools_.clock.now());
}

// ---- Later: coalesce, ask, judge, keep, follow the chain.

Task<std::span<const std::uint8_t>> Resolution::answer_later(std::vector<std::uint8_t> message,
                                                             ClientInfo client, Later later) {
  const auto view = dns::MessageView::parse(message);  // answer_now found it good
  const Request request{*view, view->question(), client, late_reply_};
  const Deadline deadline(client.received + query_timeout_);
  const auto answer = co_await resolve(request.query(), later.group, deadline);
  const auto written = write(request, *answer, tools_.clock.now());
  co_return std::span(late_reply_).first(written.size);
}

Task<cache::AnswerPtr> Resolution::resolve(Query query, std::size_t group, Deadline deadline) {
  auto whole = co_await ask_group(query, group, deadline);
  for (std::size_t links = 0; whole->continues_at(); ++links) {
    if (links == Judge::longest_chain)
      co_return failed(query, {dns::ExtendedError::other, "the CNAME chain is too long"});
    Query next = query;
    next.question.name = *whole->continues_at();
    const auto rest = co_await resolve_link(next, deadline);
    whole = Judge::joined(query.question, *whole, *rest, tools_.clock.now());
    if (!whole)
      co_return failed(query, {dns::ExtendedError::other, "the answer is larger than a message can be"});
  }
  co_return whole;
}

Task<cache::AnswerPtr> Resolution::resolve_link(Query query, Deadline deadline) {
  const auto decision = shared_.policy.route(query.question);
  if (const auto* local = std::get_if<policy::AnswerLocally>(&decision))
    return ask_zone(std::move(query), local->zone);
  return ask_group(std::move(query), std::get<policy::Forward>(decision).group, deadline);
}

Task<cache::AnswerPtr> Resolution::ask_zone(Query query, const dns::Zone* zone) {
  co_return answer_from_zone(query, *zone);
}

Task<cache::AnswerPtr> Resolution::ask_group(Query query, std::size_t group, Deadline deadline) {
  const auto key = key_of(query, group);
  auto [leader, flight] = shared_.in_flight.join(key);
  // Only after joining: an answer that landed since the first look is in the cache now.
  if (auto cached = reader_.lookup(key, tools_.clock.now())) {
    if (leader) leader->land(cached);
    co_return cached;
  }
  if (!leader) {
    counters_.coalesced.add();
    auto answer = co_await InFlight::wait(flight, deadline, tools_);
    co_return answer
        ? answer
        : failed(query, {dns::ExtendedError::no_reachable_authority, "no upstream answered in time"});
  }
  const auto result = co_await groups_[group]->ask(query, deadline);
  const Instant now = tools_.clock.now();
  const auto answer =
      result ? result->answer : Judge::failure(query.question, result.error(), reader_.failures(key), now);
  if (may_keep(*answer, query, now)) shared_.cache.store(key, answer, now);
  leader->land(answer);
  co_return answer;
}

/// Of a name that somebody on the path forges, only what came over an authenticated channel; and failures.
bool Resolution::may_keep(const cache::Answer& answer, const Query& query, Instant now) const {
  const bool harmless = answer.rank() == cache::Rank::authenticated || answer.rank() == cache::Rank::failure;
  if (harmless || tools_.injected == nullptr) return true;
  return !tools_.injected->suspicious(query.question.name, now);
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

QueryHandler::Written Resolution::write(const Request& request, const cache::Answer& answer, Instant now) {
  return write(request, content_of(answer, now), response_limit(request.view, request.client.protocol));
}

QueryHandler::Written Resolution::write(const Request& request, const ResponseContent& content,
                                        std::size_t limit) {
  count_response(content.rcode);
  const auto theirs = request.cookie();
  if (!theirs) return {write_response(request.view, content, limit, request.out)};
  const auto ours = shared_.cookies.reply(*theirs, request.client.address, request.client.received);
  return {write_response(request.view, content, limit, request.out, ours)};
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

QueryHandler::Written Resolution::write_header(const dns::Header& query, dns::Rcode rcode,
                                               std::span<std::uint8_t> out) {
  count_response(rcode);
  return {write_header_response(query, rcode, out)};
}

void Resolution::count_response(dns::Rcode rcode) {
  counters_.responses[std::min(static_cast<std::size_t>(rcode), QueryCounters::rcodes - 1)].add();
}

}  // namespace tributary::resolver
