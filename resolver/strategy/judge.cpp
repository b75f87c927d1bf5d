// A reply is read whole, then graded:
//   1. What cannot be read, is truncated, or bears an error RCODE is no answer.
//   2. The chain from the QNAME is followed. An authority that answers without AA is lame.
//   3. Records at the end of the chain: complete. A SOA of the zone of the end: negative. NS records there
//   instead: a
//      referral, useless. A chain without its end, or nothing at all: weak.

#include "resolver/strategy/judge.hpp"

#include <algorithm>
#include <limits>

#include "dns/message_builder.hpp"
#include "resolver/strategy/answer_chain.hpp"

namespace tributary::resolver {
namespace {

using cache::Answer;
using cache::Rank;
using dns::Record;

constexpr std::chrono::seconds first_failure_lifetime{5};
constexpr std::chrono::seconds longest_failure_lifetime{300};

Judgement useless(std::string reason, dns::Rcode rcode = dns::Rcode::SERVFAIL) {
  return {Grade::useless, nullptr, rcode, std::nullopt, std::move(reason)};
}

bool same_set(const Record& a, const Record& b) {
  return a.owner == b.owner && a.type == b.type && dns::covered_type(a) == dns::covered_type(b);
}

/// Gives every record of a set the least TTL in it (RFC 2181 §5.2), cut to `most`, less `age`. Records of one
/// set stand together: looking at neighbours alone keeps the cost linear, whatever a source sends.
void settle_ttls(std::vector<Record>& records, std::chrono::seconds most, std::chrono::seconds age) {
  const auto lost = static_cast<std::uint32_t>(std::clamp<std::int64_t>(age.count(), 0, UINT32_MAX));
  for (auto set = records.begin(); set != records.end();) {
    const auto end =
        std::find_if_not(set, records.end(), [&](const Record& other) { return same_set(*set, other); });
    auto least = std::min(std::ranges::min_element(set, end, {}, &Record::ttl)->ttl,
                          static_cast<std::uint32_t>(most.count()));
    least -= std::min(least, lost);
    for (; set != end; ++set) set->ttl = least;
  }
}

/// What is kept of the authority section: of a negative answer the SOA, with the TTL of RFC 2308 §5; for DO
/// clients the proof of a denial or a wildcard.
std::vector<Record> kept_authority(const Record* soa, const std::vector<Record>& authority, bool dnssec_ok) {
  std::vector<Record> out;
  if (soa != nullptr) {
    out.push_back(*soa);
    out.front().ttl = dns::negative_ttl(*soa).value_or(0);
  }
  if (dnssec_ok) std::ranges::move(denial_records(authority, soa), std::back_inserter(out));
  return out;
}

Rank rank_of(Grade grade, Channel channel) {
  if (grade == Grade::weak) return Rank::incomplete;
  if (grade == Grade::negative) return Rank::negative;
  return channel == Channel::clear ? Rank::clear : Rank::authenticated;
}

/// How long an answer may be kept: not at all if it denies something without SOA (RFC 2308 §2.2).
std::chrono::seconds lifetime_of(Grade grade, bool continues, const std::vector<Record>& answer,
                                 const std::vector<Record>& authority) {
  if (grade == Grade::weak && !continues) return std::chrono::seconds(0);
  std::uint32_t least = std::numeric_limits<std::int32_t>::max();
  for (const auto& record : answer) least = std::min(least, record.ttl);
  for (const auto& record : authority) least = std::min(least, record.ttl);
  return std::chrono::seconds(least);
}

bool append(dns::MessageBuilder& builder, dns::Section section, const std::vector<Record>& records) {
  return std::ranges::all_of(records, [&](const Record& record) { return builder.record(section, record); });
}

/// The records of an answer as they are at `now`.
std::vector<Record> aged(std::vector<Record> records, std::uint32_t age) {
  for (auto& record : records) record.ttl -= std::min(record.ttl, age);
  return records;
}

}  // namespace

/// What an answer is made of.
struct Judge::Draft {
  dns::Rcode rcode = dns::Rcode::SERVFAIL;
  Rank rank = Rank::failure;
  std::vector<Record> answer, authority;
  std::chrono::seconds lifetime{0};
  std::optional<dns::Name> continues_at;
  std::optional<dns::ExtendedErrorOption> error;
  unsigned failures = 0;
  bool local = false;
};

/// Null if the records do not fit a message.
cache::AnswerPtr Judge::make(const dns::Question& question, Draft draft, Instant now) {
  dns::Header header;
  header.response = true;
  header.rcode = draft.rcode;
  dns::MessageBuilder builder(header);
  builder.question({question.name.lower_cased(), question.type, question.klass});
  if (!append(builder, dns::Section::answer, draft.answer) ||
      !append(builder, dns::Section::authority, draft.authority)) {
    return nullptr;
  }
  std::shared_ptr<Answer> answer(new Answer);
  answer->ttl_offsets_ = builder.ttl_offsets();
  answer->message_ = builder.take();
  answer->error_ = std::move(draft.error);
  answer->continues_at_ = draft.continues_at;
  answer->stored_ = now;
  answer->lifetime_ = draft.lifetime;
  answer->failures_ = draft.failures;
  answer->rcode_ = draft.rcode;
  answer->rank_ = draft.rank;
  answer->local_ = draft.local;
  return answer;
}

Judgement Judge::judge(const Query& query, const Reply& reply, Instant now) const {
  const auto view = dns::MessageView::parse(reply.message);
  if (!view) return useless(dns::to_text(view.error()));
  const auto rcode = view->rcode();
  if (view->header().truncated) return {Grade::truncated, nullptr, rcode, std::nullopt, "truncated"};
  if (rcode != dns::Rcode::NOERROR && rcode != dns::Rcode::NXDOMAIN) {
    auto judgement = useless(dns::to_text(rcode), rcode);
    if (view->edns()) judgement.error = dns::extended_error(view->edns()->options);
    return judgement;
  }
  if (reply.from_authority && !view->header().authoritative) return useless("lame or a referral: no AA");
  auto records = dns::read_records(*view);
  if (!records) return useless("malformed RDATA");
  return grade_records(query, reply, rcode, *records, now);
}

Judgement Judge::grade_records(const Query& query, const Reply& reply, dns::Rcode rcode,
                               const dns::SectionedRecords& records, Instant now) const {
  auto chain = follow_chain(query.question, records.answer, query.dnssec_ok, longest_chain);
  if (!chain) return useless("a CNAME chain that loops or is too long");
  if (chain->has_data && rcode == dns::Rcode::NXDOMAIN)
    return useless("NXDOMAIN with records of the name", rcode);
  const Record* soa = chain->has_data ? nullptr : soa_for(chain->end, records.authority);

  Judgement judgement{Grade::weak, nullptr, rcode, std::nullopt, {}};
  Draft draft;
  draft.rcode = rcode;
  draft.local = reply.channel == Channel::local;
  if (chain->has_data) {
    judgement.grade = Grade::complete;
  } else if (soa != nullptr) {
    judgement.grade = Grade::negative;
  } else if (chain->links > 0 && rcode == dns::Rcode::NOERROR) {
    draft.continues_at = chain->end;
  } else if (rcode == dns::Rcode::NOERROR && is_referral(chain->end, records.authority)) {
    return useless("a referral");
  }
  draft.answer = std::move(chain->records);
  draft.authority = kept_authority(soa, records.authority, query.dnssec_ok);
  settle_ttls(draft.answer, limits_.max_ttl, reply.age);
  settle_ttls(draft.authority, soa != nullptr ? limits_.max_negative_ttl : limits_.max_ttl, reply.age);
  draft.rank = rank_of(judgement.grade, reply.channel);
  draft.lifetime =
      lifetime_of(judgement.grade, draft.continues_at.has_value(), draft.answer, draft.authority);
  judgement.answer = make(query.question, std::move(draft), now);
  return judgement.answer ? judgement : useless("larger than a message can be");
}

cache::AnswerPtr Judge::failure(const dns::Question& question, dns::ExtendedErrorOption error,
                                unsigned failures_before, Instant now) {
  Draft draft;
  draft.error = std::move(error);
  draft.failures = failures_before + 1;
  draft.lifetime =
      std::min(first_failure_lifetime * (1 << std::min(failures_before, 6u)), longest_failure_lifetime);
  return make(question, std::move(draft), now);
}

cache::AnswerPtr Judge::joined(const dns::Question& question, const Answer& first, const Answer& rest,
                               Instant now) {
  Draft draft;
  draft.error = rest.error();
  draft.rcode = rest.rcode();
  draft.rank = std::min(first.rank(), rest.rank());
  if (draft.rank != Rank::failure) {
    const auto head = dns::read_records(*dns::MessageView::parse(first.message()));
    const auto tail = dns::read_records(*dns::MessageView::parse(rest.message()));
    draft.answer = aged(head->answer, first.age(now));
    std::ranges::move(aged(tail->answer, rest.age(now)), std::back_inserter(draft.answer));
    draft.authority = aged(head->authority, first.age(now));
    std::ranges::move(aged(tail->authority, rest.age(now)), std::back_inserter(draft.authority));
    draft.continues_at = rest.continues_at();
  }
  return make(question, std::move(draft), now);
}

}  // namespace tributary::resolver
