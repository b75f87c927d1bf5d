// A link of the chain is a DS set at a cut and the DNSKEY set below it. Each is asked for as any client might
// ask, and comes validated: by the keys of the zone above in the case of DS, by the DS in the case of DNSKEY.
// So each question leads to one about a zone further up, until a trust anchor is reached.
//
// Whether something unsigned may be so is found out from the anchor downwards: at each label the DS is asked
// for, until an insecure delegation is proven, or the name is reached without one.

#include "resolver/dnssec/chain_of_trust.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "resolver/dnssec/chain_trace.hpp"
#include "resolver/dnssec/denial.hpp"

namespace tributary::dnssec {
namespace {

Delegation insecure(std::string why) {
  return {Delegation::Kind::insecure, {}, {dns::ExtendedError::other, std::move(why)}};
}

Delegation unknown(dns::ExtendedError code, std::string why) {
  return {Delegation::Kind::unknown, {}, {code, std::move(why)}};
}

/// Why there is no link: what the failure says.
Reason reason_of(const dns::Question& question, const cache::Answer& failure) {
  const auto link = question.name.to_text() + " " + to_text(question.type);
  if (!failure.error()) return {dns::ExtendedError::no_reachable_authority, "no answer for " + link};
  if (failure.error()->text.starts_with("for ")) return *failure.error();
  // Where a DS is, keys have to be (RFC 8914 §4.10).
  const bool no_keys =
      question.type == dns::Type::DNSKEY && failure.error()->code == dns::ExtendedError::nsec_missing;
  return {no_keys ? dns::ExtendedError::dnskey_missing : failure.error()->code,
          fmt::format("for {}: {}", link, failure.error()->text)};
}

bool is_secure(const cache::Answer& answer) {
  return answer.security() >= cache::Security::undated;
}

const Rrset* find_set(const std::vector<Rrset>& sets, const dns::Name& owner, dns::Type type) {
  const auto found =
      std::ranges::find_if(sets, [&](const Rrset& set) { return set.owner == owner && set.type == type; });
  return found == sets.end() ? nullptr : &*found;
}

/// The zone that speaks about a delegation at `name`: the signer of the SOA or the first denial that encloses
/// it.
dns::Name zone_above(const dns::Name& name, const std::vector<Rrset>& sets) {
  for (const auto& set : sets) {
    const auto signer = signer_of(set);
    if (signer && name.is_within(*signer) && name != *signer) return *signer;
  }
  return name.parent();
}

/// What `zone` itself denies. Others may be secure too, a child zone's for instance, but do not speak for it.
std::vector<const Rrset*> denials_by(const dns::Name& zone, const std::vector<Rrset>& sets) {
  std::vector<const Rrset*> out;
  for (const auto& set : sets) {
    const bool denies = set.type == dns::Type::NSEC || set.type == dns::Type::NSEC3;
    if (denies && signer_of(set) == zone && stands_for_itself(set)) out.push_back(&set);
  }
  return out;
}

}  // namespace

void KnownLinks::clear() {
  delegations.clear();
  keys.clear();
}

std::vector<Ds> read_ds(const std::vector<std::vector<std::uint8_t>>& rdata) {
  std::vector<Ds> out;
  for (const auto& each : rdata)
    if (const auto ds = Ds::read(each)) out.push_back(*ds);
  return out;
}

Task<Delegation> ChainOfTrust::delegation(dns::Name name, EffortPtr effort) {
  const auto anchors = anchors_.get();
  if (const auto* anchor = anchors->at(name)) {
    if (!any_supported(read_ds(*anchor), settings_.algorithms))
      co_return tell(*effort, name,
                     insecure("no trust anchor of " + name.to_text() + " has a supported algorithm"));
    co_return tell(*effort, name, Delegation{Delegation::Kind::secure, *anchor, {}});
  }
  if (!anchors->enclosing(name))
    co_return tell(*effort, name, insecure("no trust anchor above " + name.to_text()));
  if (auto known = known_.delegations.find(name, clock_.now()))
    co_return tell(*effort, name, *std::move(known));
  const dns::Question question{name, dns::Type::DS, dns::Class::IN};
  if (effort->is_for(question))
    co_return unknown(dns::ExtendedError::dnssec_indeterminate,
                      "the chain of trust of " + name.to_text() + " is a circle");
  const auto generation = known_.delegations.generation();
  const auto answer = co_await source_.ask_link(question, effort_for(question, effort));
  auto found = read_delegation(name, *answer, *effort->budget);
  if (found.kind != Delegation::Kind::unknown)
    known_.delegations.store(name, found, answer->expires(), generation);
  co_return tell(*effort, name, std::move(found));
}

Delegation ChainOfTrust::read_delegation(const dns::Name& name, const cache::Answer& answer,
                                         ValidationBudget& budget) const {
  if (answer.rank() == cache::Rank::failure)
    return {Delegation::Kind::unknown, {}, reason_of({name, dns::Type::DS}, answer)};
  if (!is_secure(answer)) return insecure("unsigned delegation at or above " + name.to_text());
  const auto message = *dns::MessageView::parse(answer.message());
  const auto sets = read_rrsets(message, dns::Section::answer).value_or(std::vector<Rrset>());
  if (const auto* ds = find_set(sets, name, dns::Type::DS)) {
    if (!any_supported(read_ds(ds->rdata), settings_.algorithms))
      return insecure("no DS of " + name.to_text() + " has a supported algorithm");
    return {Delegation::Kind::secure, ds->rdata, {}};
  }
  // Something else stands at the name: no zone begins at an alias (RFC 2181 §10.1).
  if (!sets.empty()) return {Delegation::Kind::not_a_cut, {}, {}};
  return read_denial(name, message, budget);
}

Delegation ChainOfTrust::read_denial(const dns::Name& name, const dns::MessageView& message,
                                     ValidationBudget& budget) const {
  const auto sets = read_rrsets(message, dns::Section::authority).value_or(std::vector<Rrset>());
  const auto zone = zone_above(name, sets);
  switch (Denial(zone, denials_by(zone, sets), budget, settings_.most_iterations).no_ds(name)) {
    case Denial::NoDs::not_a_cut:
      return {Delegation::Kind::not_a_cut, {}, {}};
    case Denial::NoDs::no_such_name:
      return {Delegation::Kind::no_such_name, {}, {}};
    case Denial::NoDs::insecure_delegation:
      return insecure("unsigned delegation of " + name.to_text());
    case Denial::NoDs::too_dear:
      return unknown(dns::ExtendedError::dnssec_indeterminate,
                     "too many hashes for the DS of " + name.to_text());
    case Denial::NoDs::unproven:
      break;
  }
  return unknown(dns::ExtendedError::nsec_missing, "no proof about DS of " + name.to_text());
}

Task<KeyStanding> ChainOfTrust::keys(dns::Name zone, EffortPtr effort) {
  if (auto known = known_.keys.find(zone, clock_.now())) co_return tell(*effort, zone, *std::move(known));
  const auto above = co_await delegation(zone, effort);
  switch (above.kind) {
    case Delegation::Kind::secure:
      break;
    case Delegation::Kind::insecure:
      co_return KeyStanding{KeyStanding::Kind::insecure, nullptr, above.reason};
    case Delegation::Kind::unknown:
      co_return KeyStanding{KeyStanding::Kind::unknown, nullptr, above.reason};
    default:
      co_return KeyStanding{
          KeyStanding::Kind::no_zone,
          nullptr,
          {dns::ExtendedError::dnssec_bogus, "no zone begins at the signer " + zone.to_text()}};
  }
  const dns::Question question{zone, dns::Type::DNSKEY, dns::Class::IN};
  if (effort->is_for(question))
    co_return KeyStanding{KeyStanding::Kind::unknown,
                          nullptr,
                          {dns::ExtendedError::dnssec_indeterminate,
                           "the chain of trust of " + zone.to_text() + " is a circle"}};
  const auto generation = known_.keys.generation();
  const auto answer = co_await source_.ask_link(question, effort_for(question, effort));
  auto found = read_keys(zone, *answer);
  if (found.kind == KeyStanding::Kind::secure) known_.keys.store(zone, found, answer->expires(), generation);
  co_return tell(*effort, zone, std::move(found));
}

KeyStanding ChainOfTrust::read_keys(const dns::Name& zone, const cache::Answer& answer) const {
  if (answer.rank() == cache::Rank::failure)
    return {KeyStanding::Kind::unknown, nullptr, reason_of({zone, dns::Type::DNSKEY}, answer)};
  const auto message = *dns::MessageView::parse(answer.message());
  const auto sets = read_rrsets(message, dns::Section::answer).value_or(std::vector<Rrset>());
  const auto* dnskeys = find_set(sets, zone, dns::Type::DNSKEY);
  if (dnskeys == nullptr || !is_secure(answer))
    return {KeyStanding::Kind::unknown,
            nullptr,
            {dns::ExtendedError::dnskey_missing, zone.to_text() + " has no DNSKEY"}};
  return {KeyStanding::Kind::secure,
          std::make_shared<const ZoneKeys>(usable_keys(*dnskeys, settings_.algorithms)),
          {}};
}

Task<Delegation> ChainOfTrust::standing_of(dns::Name name, EffortPtr effort) {
  const auto anchor = anchors_.get()->enclosing(name);
  if (!anchor) co_return insecure("no trust anchor above " + name.to_text());
  Delegation zone{Delegation::Kind::secure, {}, {}};
  for (auto labels = anchor->label_count(); labels <= name.label_count(); ++labels) {
    auto cut = co_await delegation(name.suffix(labels), effort);
    if (cut.kind == Delegation::Kind::insecure || cut.kind == Delegation::Kind::unknown) co_return cut;
    if (cut.kind == Delegation::Kind::no_such_name) break;
    if (cut.kind == Delegation::Kind::secure) zone = std::move(cut);
  }
  co_return zone;
}

void ChainOfTrust::tell_known(const dns::Name& name, const Effort& effort) const {
  const auto anchors = anchors_.get();
  const auto top = anchors->enclosing(name);
  if (!top) return;
  const Instant now = clock_.now();
  for (auto labels = top->label_count(); labels <= name.label_count(); ++labels) {
    const auto zone = name.suffix(labels);
    if (const auto* anchor = anchors->at(zone)) {
      tell(effort, zone, Delegation{Delegation::Kind::secure, *anchor, {}});
    } else if (auto known = known_.delegations.find(zone, now)) {
      tell(effort, zone, *std::move(known));
    }
    if (auto known = known_.keys.find(zone, now)) tell(effort, zone, *std::move(known));
  }
}

}  // namespace tributary::dnssec
