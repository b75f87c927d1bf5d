// A reply is read whole, then graded:
//   1. What cannot be read, is truncated, or bears an error RCODE is no answer.
//   2. The chain from the QNAME is followed. An authority that answers without AA is lame.
//   3. Records at the end of the chain: complete. A SOA of the zone of the end: negative. NS records there
//   instead: a
//      referral, useless. A chain without its end, or nothing at all: weak.

#include "resolver/strategy/judge.hpp"

#include <algorithm>
#include <limits>

#include "dns/octets.hpp"
#include "resolver/strategy/answer_chain.hpp"

namespace tributary::resolver {
namespace {

using cache::Answer;
using cache::Rank;

constexpr std::chrono::seconds first_failure_lifetime{5};

Judgement useless(std::string reason, dns::Rcode rcode = dns::Rcode::SERVFAIL) {
  return {Grade::useless, nullptr, rcode, std::nullopt, std::move(reason)};
}

Rank rank_of(Grade grade, Channel channel) {
  if (grade == Grade::weak) return Rank::incomplete;
  if (grade == Grade::negative) return Rank::negative;
  return channel == Channel::clear ? Rank::clear : Rank::authenticated;
}

using Records = std::vector<ReplyRecord>::const_iterator;

/// Just after the last record of the set that begins at `set`.
Records end_of_set(Records set, Records end, const ReplyRecords& reply) {
  return std::find_if_not(set + 1, end,
                          [&](const ReplyRecord& other) { return reply.same_set(*set, other); });
}

std::uint32_t least_ttl(Records set, Records end) {
  return std::ranges::min_element(set, end, {}, &ReplyRecord::ttl)->ttl;
}

std::uint32_t aged(std::uint32_t ttl, std::chrono::seconds age) {
  const auto lost = static_cast<std::uint32_t>(std::clamp<std::int64_t>(age.count(), 0, UINT32_MAX));
  return ttl - std::min(ttl, lost);
}

/// How long an answer may be kept: not at all if it denies something without SOA (RFC 2308 §2.2).
std::chrono::seconds lifetime_of(Grade grade, bool continues, const std::vector<ReplyRecord>& answer,
                                 const std::vector<ReplyRecord>& authority) {
  if (grade == Grade::weak && !continues) return std::chrono::seconds(0);
  std::uint32_t least = std::numeric_limits<std::int32_t>::max();
  for (const auto& record : answer) least = std::min(least, record.ttl);
  for (const auto& record : authority) least = std::min(least, record.ttl);
  return std::chrono::seconds(least);
}

/// Begins the message of an answer.
void begin(dns::MessageBuilder& builder, const dns::Question& question, dns::Rcode rcode) {
  dns::Header header;
  header.response = true;
  header.rcode = rcode;
  builder.reset(header);
  builder.question({question.name.lower_cased(), question.type, question.klass});
}

/// True for what is written to authenticate something else, and was not asked for: clients without DO do not
/// get it (RFC 4035 §3.2.1).
bool for_dnssec(dns::Type type, dns::Type asked) {
  return type != asked && (type == dns::Type::RRSIG || type == dns::Type::NSEC || type == dns::Type::NSEC3);
}

/// Writes the records of an answer, so that those for DNSSEC can be cut out: `append(section, dnssec)` writes
/// those of a section that are for DNSSEC, or the others, and returns false if there is no room. Nothing
/// then.
template <typename Append>
std::optional<cache::DnssecCuts> write_sections(dns::MessageBuilder& builder, Append&& append) {
  const auto size = [&] { return static_cast<std::uint16_t>(builder.size()); };
  const auto count = [&] { return static_cast<std::uint16_t>(builder.ttl_offsets().size()); };
  cache::DnssecCuts cuts;
  if (!append(dns::Section::answer, false)) return {};
  cuts.answer_begin = size();
  const auto before_cut = count();
  builder.remember_names(false);
  if (!append(dns::Section::answer, true)) return {};
  cuts.answer_end = size();
  cuts.answer_records = static_cast<std::uint16_t>(count() - before_cut);
  builder.remember_names(cuts.answer_records == 0);
  if (!append(dns::Section::authority, false)) return {};
  cuts.authority_begin = size();
  const auto before_last = count();
  builder.remember_names(true);  // nothing that stays follows
  if (!append(dns::Section::authority, true)) return {};
  cuts.authority_records = static_cast<std::uint16_t>(count() - before_last);
  return cuts.empty() ? cache::DnssecCuts() : cuts;
}

/// Appends those records of `part` that are for DNSSEC, or the others, as they are at `now`. False if there
/// is no room.
bool append_aged(dns::MessageBuilder& builder, dns::Section section, bool dnssec, const Answer& part,
                 Instant now) {
  const auto view = *dns::MessageView::parse(part.message());
  const auto age = part.age(now);
  bool fits = true;
  view.for_each_record([&](const dns::RecordView& record) {
    if (record.section == section && for_dnssec(record.type, view.question_type()) == dnssec)
      fits = fits && builder.record(section, view, record, record.ttl - std::min(record.ttl, age));
  });
  return fits;
}

}  // namespace

/// What an answer is made of, besides its message.
struct Judge::Draft {
  dns::Rcode rcode = dns::Rcode::SERVFAIL;
  Rank rank = Rank::failure;
  std::chrono::seconds lifetime{0};
  std::optional<dns::Name> continues_at;
  std::optional<dns::ExtendedErrorOption> error;
  cache::DnssecCuts cuts;
  unsigned failures = 0;
  cache::Security security = cache::Security::unchecked;
  cache::UpstreamPlace upstream = cache::UpstreamPlace::none;
  std::optional<Instant> came = std::nullopt;  // now, if nothing is said
  bool local = false;
  bool stale = false;
};

cache::AnswerPtr Judge::make(const dns::MessageBuilder& builder, Draft draft, Instant now) {
  const auto answer =
      std::make_shared<Answer>(Answer::Making(), builder.octets(), builder.ttl_offsets(), draft.cuts);
  answer->error_ = std::move(draft.error);
  answer->continues_at_ = draft.continues_at;
  answer->stored_ = now;
  answer->came_ = draft.came.value_or(now);
  answer->upstream_ = draft.upstream;
  answer->lifetime_ = draft.lifetime;
  answer->failures_ = draft.failures;
  answer->rcode_ = draft.rcode;
  answer->rank_ = draft.rank;
  answer->security_ = draft.security;
  answer->local_ = draft.local;
  answer->stale_ = draft.stale;
  return answer;
}

Judgement Judge::judge(const Query& query, const Reply& reply, Instant now) {
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
  if (!reply_.read(*view)) return useless("malformed RDATA");
  return grade_records(query, reply, rcode, now);
}

Judgement Judge::grade_records(const Query& query, const Reply& reply, dns::Rcode rcode, Instant now) {
  answer_.clear();
  authority_.clear();
  const auto chain = follow_chain(reply_, query.question.type, longest_chain, answer_);
  if (!chain) return useless("a CNAME chain that loops or is too long");
  if (chain->has_data && rcode == dns::Rcode::NXDOMAIN)
    return useless("NXDOMAIN with records of the name", rcode);
  // What the RCODE and the SOA tell is about the end of a chain that was followed.
  if (chain->stopped_in) rcode = dns::Rcode::NOERROR;
  const auto* soa = chain->has_data || chain->stopped_in ? nullptr : soa_for(reply_, chain->end);

  Judgement judgement{Grade::weak, nullptr, rcode, std::nullopt, {}};
  judgement.validated = reply_.message().header().authentic_data;
  Draft draft;
  draft.rcode = rcode;
  draft.upstream = reply.upstream;
  draft.local = reply.channel == Channel::local;
  if (draft.local) draft.came = Instant::min();
  if (chain->has_data) {
    judgement.grade = Grade::complete;
  } else if (soa != nullptr) {
    judgement.grade = Grade::negative;
  } else if (chain->links > 0 && rcode == dns::Rcode::NOERROR) {
    draft.continues_at = dns::Name::from_message(reply.message, chain->end);
  } else if (rcode == dns::Rcode::NOERROR && is_referral(reply_, chain->end)) {
    return useless("a referral");
  }
  judgement.told_ttl = told_ttl(reply);
  if (chain->stopped_in) {
    append_denial_in(reply_, *chain->stopped_in, authority_);
  } else {
    keep_authority(soa);
  }
  settle_ttls(answer_, limits_.max_ttl, reply.age);
  settle_ttls(authority_, soa != nullptr ? limits_.max_negative_ttl : limits_.max_ttl, reply.age);
  draft.rank = rank_of(judgement.grade, reply.channel);
  draft.lifetime = lifetime_of(judgement.grade, draft.continues_at.has_value(), answer_, authority_);
  begin(builder_, query.question, rcode);
  const auto cuts = write_sections(builder_, [&](dns::Section section, bool dnssec) {
    return append(section, query.question.type, dnssec);
  });
  if (!cuts) return useless("larger than a message can be");
  draft.cuts = *cuts;
  judgement.answer = make(builder_, std::move(draft), now);
  return judgement;
}

std::uint32_t Judge::told_ttl(const Reply& reply) const {
  const bool counts_down = reply.channel != Channel::local && !reply_.message().header().authoritative;
  if (!counts_down || answer_.empty()) return 0;
  const auto end = end_of_set(answer_.begin(), answer_.end(), reply_);
  return aged(least_ttl(answer_.begin(), end), reply.age);
}

/// What is kept of the authority section: of a negative answer the SOA, with the TTL of RFC 2308 §5; the
/// proof of a denial or a wildcard.
void Judge::keep_authority(const ReplyRecord* soa) {
  if (soa != nullptr) {
    authority_.push_back(*soa);
    authority_.front().ttl = reply_.negative_ttl(*soa);
  }
  append_denial(reply_, soa, authority_);
}

/// Gives every record of a set the least TTL in it (RFC 2181 §5.2), cut to `most`, less `age`. Records of one
/// set stand together: looking at neighbours alone keeps the cost linear, whatever a source sends.
void Judge::settle_ttls(std::vector<ReplyRecord>& records, std::chrono::seconds most,
                        std::chrono::seconds age) const {
  for (auto set = records.begin(); set != records.end();) {
    const auto end = end_of_set(set, records.end(), reply_);
    const auto ttl = aged(std::min(least_ttl(set, end), static_cast<std::uint32_t>(most.count())), age);
    for (; set != end; ++set) set->ttl = ttl;
  }
}

/// Writes what is kept of a section and is for DNSSEC, or the rest of it. False if there is no room.
bool Judge::append(dns::Section section, dns::Type asked, bool dnssec) {
  const auto& records = section == dns::Section::answer ? answer_ : authority_;
  return std::ranges::all_of(records, [&](const ReplyRecord& record) {
    return for_dnssec(record.view.type, asked) != dnssec ||
           builder_.record(section, reply_.message(), record.view, record.ttl);
  });
}

cache::AnswerPtr Judge::failure(const dns::Question& question, dns::ExtendedErrorOption error,
                                unsigned failures_before, Instant now, std::chrono::seconds longest) {
  Draft draft;
  draft.error = std::move(error);
  draft.failures = failures_before + 1;
  draft.lifetime = std::min(first_failure_lifetime * (1 << std::min(failures_before, 6u)), longest);
  dns::MessageBuilder builder{dns::Header()};
  begin(builder, question, draft.rcode);
  return make(builder, std::move(draft), now);
}

cache::AnswerPtr Judge::seal(const Answer& judged, cache::Security security,
                             std::span<const std::uint32_t> most_ttls, Instant now) {
  const auto sealed =
      std::make_shared<Answer>(Answer::Making(), judged.message(), judged.ttl_offsets(), judged.cuts());
  const auto age = judged.age(now);
  sealed->error_ = judged.error_;
  sealed->continues_at_ = judged.continues_at_;
  sealed->stored_ = now;
  sealed->came_ = judged.came_;
  sealed->upstream_ = judged.upstream_;
  sealed->lifetime_ = judged.lifetime_ - std::min(judged.lifetime_, std::chrono::seconds(age));
  sealed->rcode_ = judged.rcode_;
  sealed->security_ = security;
  const bool whole = security >= cache::Security::undated && judged.rank_ != Rank::incomplete;
  sealed->rank_ = whole ? Rank::validated : judged.rank_;
  for (std::size_t i = 0; i < sealed->ttl_offsets_.size(); ++i) {
    const auto offset = sealed->ttl_offsets_[i];
    auto ttl = dns::read_u32(sealed->message_, offset);
    ttl = std::min(ttl - std::min(ttl, age), most_ttls.empty() ? UINT32_MAX : most_ttls[i]);
    dns::write_u16(sealed->message_, offset, ttl >> 16);
    dns::write_u16(sealed->message_, offset + std::size_t{2}, ttl);
    sealed->lifetime_ = std::min(sealed->lifetime_, std::chrono::seconds(ttl));
  }
  return sealed;
}

cache::AnswerPtr Judge::joined(const dns::Question& question, const Answer& first, const Answer& rest,
                               Instant now) {
  Draft draft;
  // What is wrong with the end comes first; a link that is stale makes the whole so.
  draft.error = rest.error() ? rest.error() : first.error();
  draft.rcode = rest.rcode();
  draft.rank = std::min(first.rank(), rest.rank());
  draft.upstream = first.upstream();
  draft.came = std::max(first.came(), rest.came());
  dns::MessageBuilder builder{dns::Header()};
  begin(builder, question, draft.rcode);
  if (draft.rank != Rank::failure) {
    const auto cuts = write_sections(builder, [&](dns::Section section, bool dnssec) {
      return append_aged(builder, section, dnssec, first, now) &&
             append_aged(builder, section, dnssec, rest, now);
    });
    if (!cuts) return nullptr;
    draft.cuts = *cuts;
    draft.continues_at = rest.continues_at();
    draft.security = std::min(first.security(), rest.security());
    draft.stale = first.is_stale() || rest.is_stale();
  }
  return make(builder, std::move(draft), now);
}

}  // namespace tributary::resolver
