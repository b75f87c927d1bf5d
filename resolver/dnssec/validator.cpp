// An answer is validated in steps:
//   1. Each set of the answer section: its signature, by the keys of its signer (a CNAME made from a DNAME
//   counts as the
//      DNAME does); failing that, the proof that nothing above it obliges it to be signed. Then those of the
//      authority section: SOA, NSEC, NSEC3.
//   2. A set that was made from a wildcard: the proof that no closer name exists.
//   3. If the chain from the QNAME ends without records of the type: the proof that there are none; failing
//   that, the
//      proof that the name where it ends is not in a signed zone.
// The first that is bogus makes the whole bogus; the first that is insecure makes it insecure. A record lives
// no longer than its signature says.

#include "resolver/dnssec/validator.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "resolver/dnssec/chain_trace.hpp"

namespace tributary::dnssec {
namespace {

using Kind = Validation::Kind;

/// Sets that a denial needs at most: three NSEC3 and the SOA (RFC 5155 §8.4); each wildcard on the way needs
/// one more.
constexpr std::size_t most_denial_sets = 4, most_wildcards = 11;

std::optional<dns::Name> target_of(const Rrset& set) {
  return dns::Name::from_wire(set.rdata.front());
}

/// True if `cname` is what `dname` makes of its owner (RFC 6672 §3.1).
bool is_made_from(const Rrset& cname, const Rrset& dname) {
  if (cname.type != dns::Type::CNAME || dname.type != dns::Type::DNAME) return false;
  if (!cname.owner.is_within(dname.owner) || cname.owner == dname.owner) return false;
  const auto to = target_of(dname);
  return to && cname.owner.with_suffix_replaced(dname.owner, *to) == target_of(cname);
}

bool is_denial(const Rrset& set) {
  return set.type == dns::Type::NSEC || set.type == dns::Type::NSEC3;
}

/// Where what `name` has is signed: a DS by the zone above.
dns::Name signed_at(const Rrset& set) {
  return set.type == dns::Type::DS ? set.owner.parent() : set.owner;
}

}  // namespace

/// The sets of a message, and how they came out, in the same order.
struct Validator::Sets {
  std::vector<Rrset> answer, authority;
  std::vector<Finding> answer_findings, authority_findings;
  bool has_data = false;  ///< Records of the type asked for, at `end`.
  dns::Name end;          ///< Where the chain from the QNAME ends.

  static std::optional<Sets> read(const dns::MessageView& message, const dns::Question& asked);
  void follow_chain(const dns::Question& asked);
  const Finding* finding_of(const dns::Name& owner, dns::Type type) const;
  Validation validation(Kind kind, Reason reason, const dns::MessageView& message) const;
  /// The zones that denials were signed by.
  std::vector<dns::Name> denying_zones() const;
  std::vector<const Rrset*> denials_of(const dns::Name& zone) const;
};

std::optional<Validator::Sets> Validator::Sets::read(const dns::MessageView& message,
                                                     const dns::Question& asked) {
  auto answer = read_rrsets(message, dns::Section::answer);
  auto authority = read_rrsets(message, dns::Section::authority);
  if (!answer || !authority) return std::nullopt;
  Sets sets;
  sets.answer = *std::move(answer);
  sets.authority = *std::move(authority);
  sets.follow_chain(asked);
  return sets;
}

/// What was judged holds the chain alone, in its order, without loops.
void Validator::Sets::follow_chain(const dns::Question& asked) {
  end = asked.name;
  for (const auto& set : answer) {
    if (set.owner != end) continue;
    if (set.type == asked.type) {
      has_data = true;
    } else if (const auto target = set.type == dns::Type::CNAME ? target_of(set) : std::nullopt) {
      end = *target;
    }
  }
}

const Validator::Finding* Validator::Sets::finding_of(const dns::Name& owner, dns::Type type) const {
  const auto find = [&](const std::vector<Rrset>& sets, const std::vector<Finding>& findings) {
    for (std::size_t i = 0; i < findings.size(); ++i)
      if (sets[i].type == type && sets[i].owner == owner) return &findings[i];
    return static_cast<const Finding*>(nullptr);
  };
  const auto* found = find(answer, answer_findings);
  return found != nullptr ? found : find(authority, authority_findings);
}

Validation Validator::Sets::validation(Kind kind, Reason reason, const dns::MessageView& message) const {
  Validation out{kind, std::move(reason), {}};
  message.for_each_record([&](const dns::RecordView& record) {
    auto type = record.type;
    if (type == dns::Type::RRSIG)
      type = dns::Type{static_cast<std::uint16_t>(message.bytes()[record.rdata_offset] << 8 |
                                                  message.bytes()[record.rdata_offset + 1])};
    const auto* finding = finding_of(message.owner(record), type);
    out.most_ttls.push_back(finding != nullptr ? finding->most_ttl : UINT32_MAX);
    out.above_original |= finding != nullptr && record.ttl > finding->original_ttl;
  });
  return out;
}

std::vector<dns::Name> Validator::Sets::denying_zones() const {
  std::vector<dns::Name> out;
  for (std::size_t i = 0; i < authority_findings.size(); ++i) {
    const auto& finding = authority_findings[i];
    if (!is_denial(authority[i]) || finding.kind != Kind::secure) continue;
    if (std::ranges::find(out, finding.signer) == out.end()) out.push_back(finding.signer);
  }
  return out;
}

/// Those that were made from a wildcard themselves prove nothing (RFC 4035 §5.3.4: they say nothing of their
/// zone's names).
std::vector<const Rrset*> Validator::Sets::denials_of(const dns::Name& zone) const {
  std::vector<const Rrset*> out;
  for (std::size_t i = 0; i < authority_findings.size(); ++i) {
    const auto& finding = authority_findings[i];
    if (!is_denial(authority[i]) || finding.kind != Kind::secure || finding.signer != zone) continue;
    if (stands_for_itself(authority[i], finding.labels)) out.push_back(&authority[i]);
  }
  return out;
}

Task<Validation> Validator::validate(cache::AnswerPtr answer, dns::Question question, EffortPtr effort) {
  const auto message = *dns::MessageView::parse(answer->message());
  auto sets = Sets::read(message, question);
  if (!sets) co_return Validation{Kind::bogus, {dns::ExtendedError::invalid_data, "malformed records"}, {}};
  const bool link = effort->cause != nullptr;  // where no CNAME leads on
  if (sets->authority.size() > most_denial_sets + (link ? 0 : most_wildcards))
    co_return Validation{
        Kind::bogus, {dns::ExtendedError::dnssec_bogus, "more proofs than any denial needs"}, {}};
  // RRSIGs are not signed themselves (RFC 4035 §2.2).
  if (question.type == dns::Type::RRSIG && message.record_count(dns::Section::answer) > 0)
    co_return sets->validation(Kind::insecure, {dns::ExtendedError::other, "signatures are not signed"},
                               message);
  auto whole = co_await check_sections(&*sets, effort);
  if (whole.kind != Kind::bogus && !answer->continues_at() && !sets->has_data) {
    const auto denial = co_await check_denial(&*sets, question, answer->rcode(), effort);
    if (denial.kind > whole.kind) whole = denial;
  }
  if (whole.kind == Kind::secure) whole = check_whole(*sets, message, question, *effort->budget);
  if (whole.kind == Kind::bogus) co_return Validation{Kind::bogus, whole.reason, {}};
  co_return sets->validation(whole.kind, std::move(whole.reason), message);
}

/// What all the parts together say when each is secure.
Validator::Finding Validator::check_whole(const Sets& sets, const dns::MessageView& message,
                                          const dns::Question& question, ValidationBudget& budget) const {
  const bool all_proven = std::ranges::all_of(
      sets.authority_findings, [](const Finding& finding) { return finding.kind == Kind::secure; });
  // With a proof that is complete there is no need for these: whoever adds them wants the whole to count as
  // insecure.
  if (!all_proven)
    return {Kind::bogus, {dns::ExtendedError::dnssec_bogus, "unsigned proofs beside what is signed"}};
  // What cannot be read as a link of the chain would make the delegation unknown to everybody.
  if (question.type == dns::Type::DS && sets.answer.empty() && !question.name.is_root()) {
    const auto read = chain_.read_denial(question.name, message, budget);
    if (read.kind == Delegation::Kind::unknown) return {Kind::bogus, read.reason};
  }
  return {Kind::secure, {}};
}

/// All sets of the message and what wildcards made; the worst of them.
Task<Validator::Finding> Validator::check_sections(Sets* sets, EffortPtr effort) {
  Finding worst{Kind::secure, {}};
  for (std::size_t i = 0; i < sets->answer.size(); ++i) {
    const auto& set = sets->answer[i];
    const auto maker = maker_of(*sets, i);
    Finding finding;
    if (maker) {
      finding = made_finding(set, sets->answer_findings[*maker]);
    } else {
      finding = co_await check_set(&set, effort);
    }
    if (finding.kind == Kind::bogus) co_return finding;
    if (finding.kind > worst.kind) worst = finding;
    sets->answer_findings.push_back(std::move(finding));
  }
  for (const auto& set : sets->authority) {
    auto finding = co_await check_set(&set, effort);
    if (finding.kind == Kind::bogus) co_return finding;
    sets->authority_findings.push_back(std::move(finding));
  }
  const auto wildcards = check_wildcards(*sets, *effort->budget);
  co_return wildcards.kind > worst.kind ? wildcards : worst;
}

/// The place, before `index`, of the DNAME that makes the unsigned CNAME there. A chain may pass one more
/// than once.
std::optional<std::size_t> Validator::maker_of(const Sets& sets, std::size_t index) {
  const auto& cname = sets.answer[index];
  for (std::size_t i = 0; i < index && cname.signatures.empty(); ++i)
    if (is_made_from(cname, sets.answer[i])) return i;
  return std::nullopt;
}

/// A CNAME that a DNAME makes stands for itself alone: no wildcard made it.
Validator::Finding Validator::made_finding(const Rrset& cname, Finding of_dname) {
  of_dname.labels = static_cast<std::uint8_t>(cname.owner.label_count());
  return of_dname;
}

Validator::Finding Validator::check_wildcards(const Sets& sets, ValidationBudget& budget) const {
  Finding worst{Kind::secure};
  for (std::size_t i = 0; i < sets.answer.size(); ++i) {
    const auto& set = sets.answer[i];
    const auto& owner = set.owner;
    const auto& finding = sets.answer_findings[i];
    if (finding.kind != Kind::secure || stands_for_itself(set, finding.labels)) continue;
    const Denial denial(finding.signer, sets.denials_of(finding.signer), budget,
                        chain_.settings().most_iterations);
    const auto denied = denial.no_closer_match(owner, finding.labels);
    if (denied == Denied::insecurely) {
      worst = {Kind::insecure, {dns::ExtendedError::other, "the proof of a wildcard is not secure"}};
    } else if (denied != Denied::yes) {
      return {Kind::bogus,
              {dns::ExtendedError::nsec_missing,
               fmt::format("no proof that {} is made from a wildcard", owner.to_text())}};
    }
  }
  return worst;
}

/// One set by itself.
Task<Validator::Finding> Validator::check_set(const Rrset* set, EffortPtr effort) {
  if (set->type == dns::Type::DNSKEY) return check_dnskeys(set, std::move(effort));
  return check_by_signer(set, std::move(effort));
}

Task<Validator::Finding> Validator::check_dnskeys(const Rrset* set, EffortPtr effort) {
  const auto above = co_await chain_.delegation(set->owner, effort);
  switch (above.kind) {
    case Delegation::Kind::secure:
      break;
    case Delegation::Kind::insecure:
      co_return Finding{Kind::insecure, above.reason};
    case Delegation::Kind::unknown:
      co_return Finding{Kind::bogus, above.reason};
    default:
      co_return Finding{Kind::bogus, {dns::ExtendedError::dnssec_bogus, "DNSKEY where no zone begins"}};
  }
  auto vouched = vouched_keys(*set, read_ds(above.ds), chain_.settings().algorithms);
  if (!vouched) co_return Finding{Kind::bogus, std::move(vouched.error())};
  auto keys = std::make_shared<const ZoneKeys>(*std::move(vouched));
  const auto proof = co_await check(set, std::move(keys), ProofFor::everybody, effort);
  if (!proof) co_return Finding{Kind::bogus, proof.error()};
  tell_signed_keys(*effort, set->owner, proof->key_tag);
  co_return Finding{Kind::secure, {}, proof->most_ttl, proof->labels, set->owner, proof->original_ttl};
}

Task<Validator::Finding> Validator::check_by_signer(const Rrset* set, EffortPtr effort) {
  Reason reason{dns::ExtendedError::rrsigs_missing,
                fmt::format("{} {} is not signed", set->owner.to_text(), to_text(set->type))};
  if (const auto signer = signer_of(*set)) {
    const auto standing = co_await chain_.keys(*signer, effort);
    // Who signs is only what somebody wrote: that a zone above is insecure says nothing below a trust anchor.
    if (standing.kind == KeyStanding::Kind::unknown) co_return Finding{Kind::bogus, standing.reason};
    if (standing.kind == KeyStanding::Kind::no_zone) reason = standing.reason;
    if (standing.kind == KeyStanding::Kind::secure) {
      const auto serves = effort->cause != nullptr ? ProofFor::everybody : ProofFor::query;
      const auto proof = co_await check(set, standing.keys, serves, effort);
      if (proof) {
        tell_signed_set(*effort, *set, *signer, proof->key_tag);
        co_return Finding{Kind::secure, {}, proof->most_ttl, proof->labels, *signer, proof->original_ttl};
      }
      reason = proof.error();
    }
  } else if (!set->signatures.empty()) {
    reason.text = fmt::format("{} {} has no signature of the zone that it is in", set->owner.to_text(),
                              to_text(set->type));
  }
  co_return co_await may_be_unsigned(signed_at(*set), std::move(reason), std::move(effort));
}

Task<tl::expected<SignatureProof, Reason>> Validator::check(const Rrset* set,
                                                            std::shared_ptr<const ZoneKeys> keys,
                                                            ProofFor serves, EffortPtr effort) {
  SignatureCheck check(*set, *keys, time_(), *effort->budget, serves);
  while (auto verification = check.next()) {
    if (elsewhere_ == nullptr || !effort->budget->has_failed()) {
      check.verified(verification->holds());
    } else {
      check.verified(co_await elsewhere_->verify(*std::move(verification), keys));
    }
  }
  co_return check.result();
}

/// Insecure if what stands at `name` need not be signed; else bogus for `reason`, or for want of the answer.
/// Where the search led back to itself (a bogus NSEC is part of the answer about the DS at its owner),
/// `reason` tells more.
Task<Validator::Finding> Validator::may_be_unsigned(dns::Name name, Reason reason, EffortPtr effort) {
  const auto standing = co_await chain_.standing_of(name, effort);
  if (standing.kind == Delegation::Kind::insecure) co_return Finding{Kind::insecure, standing.reason};
  const bool tells_why = standing.kind == Delegation::Kind::unknown &&
                         standing.reason.code != dns::ExtendedError::dnssec_indeterminate;
  co_return Finding{Kind::bogus, tells_why ? standing.reason : std::move(reason)};
}

Task<Validator::Finding> Validator::check_denial(const Sets* sets, dns::Question asked, dns::Rcode rcode,
                                                 EffortPtr effort) {
  const auto& end = sets->end;
  bool zone_spoke = false;  // a zone that the name lies in has said something about it
  const auto anchor = chain_.anchor_above(asked.type == dns::Type::DS ? end.parent() : end);
  for (const auto& zone : sets->denying_zones()) {
    if (!end.is_within(zone) || !anchor || !zone.is_within(*anchor)) continue;
    zone_spoke = true;
    const Denial denial(zone, sets->denials_of(zone), *effort->budget, chain_.settings().most_iterations);
    const auto denied =
        rcode == dns::Rcode::NXDOMAIN ? denial.name_error(end) : denial.no_data(end, asked.type);
    if (denied == Denied::yes) co_return Finding{Kind::secure, {}};
    if (denied == Denied::insecurely)
      co_return Finding{Kind::insecure, {dns::ExtendedError::other, "opt-out, or too many iterations"}};
    if (denied == Denied::too_dear)
      co_return Finding{Kind::bogus, {dns::ExtendedError::dnssec_bogus, "too many hashes"}};
  }
  Reason reason{dns::ExtendedError::nsec_missing,
                fmt::format("no proof that there is no {} {}", end.to_text(), to_text(asked.type))};
  const bool all_signed = std::ranges::all_of(
      sets->authority_findings, [](const Finding& finding) { return finding.kind == Kind::secure; });
  if (zone_spoke && all_signed) co_return Finding{Kind::bogus, std::move(reason)};
  const auto above = asked.type == dns::Type::DS ? end.parent() : end;
  co_return co_await may_be_unsigned(above, std::move(reason), std::move(effort));
}

}  // namespace tributary::dnssec
