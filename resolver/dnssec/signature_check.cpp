// How a set is checked: each of its signatures that may count (by its form, signer and dates) is checked with
// each of the zone's keys that it names, until one is good or the budget is used up. The set is brought into
// canonical form once, and only if there is something to check.
#include "resolver/dnssec/signature_check.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "resolver/dnssec/canonical.hpp"

namespace tributary::dnssec {

namespace {

using dns::ExtendedError;
using Fault = SignatureCheck::Fault;

Reason reason_of(Fault fault, const Rrset& set) {
  const auto what = set.owner.to_text() + ' ' + dns::to_text(set.type);
  switch (fault) {
    case Fault::no_signature:
      return {ExtendedError::rrsigs_missing, "no signature of " + what + " by its zone"};
    case Fault::no_key:
      return {ExtendedError::dnskey_missing, "no key of the zone made the signatures of " + what};
    case Fault::wrong:
      return {ExtendedError::dnssec_bogus, "wrong signature of " + what};
    case Fault::not_yet_valid:
      return {ExtendedError::signature_not_yet_valid, "the signature of " + what + " is not yet valid"};
    case Fault::expired:
      return {ExtendedError::signature_expired, "the signature of " + what + " has expired"};
    case Fault::too_dear:
      break;
  }
  return {ExtendedError::dnssec_bogus, "too many signatures to check before that of " + what};
}

bool is_supported(const Ds& ds, const Algorithms& algorithms) {
  return algorithms.supports(ds.algorithm) && Algorithms::supports(ds.digest_type);
}

/// Those that the keys are compared with.
std::vector<Ds> usable(std::span<const Ds> all, const Algorithms& algorithms) {
  std::vector<Ds> kept;
  std::ranges::copy_if(all, std::back_inserter(kept),
                       [&](const Ds& ds) { return is_supported(ds, algorithms); });
  const auto is_weak = [](const Ds& ds) { return ds.digest_type == DigestType::SHA1; };
  if (!std::ranges::all_of(kept, is_weak)) std::erase_if(kept, is_weak);
  if (kept.size() > most_ds) kept.resize(most_ds);
  return kept;
}

/// One record of a DNSKEY set.
struct Candidate {
  Octets rdata;
  Dnskey key;
};

/// The keys that may sign and whose algorithm is supported; of those with one tag and algorithm only the
/// first few.
std::vector<Candidate> signing_keys(const Rrset& dnskeys, const Algorithms& algorithms) {
  std::vector<Candidate> kept;
  for (const auto& rdata : dnskeys.rdata) {
    const auto key = Dnskey::read(rdata);
    if (!key || !key->may_sign() || !algorithms.supports(key->algorithm)) continue;
    const auto alike = std::ranges::count_if(kept, [&](const Candidate& other) {
      return other.key.tag == key->tag && other.key.algorithm == key->algorithm;
    });
    if (static_cast<std::size_t>(alike) < ZoneKeys::most_of_one_tag) kept.push_back({rdata, *key});
    if (kept.size() == ZoneKeys::most) break;
  }
  return kept;
}

bool is_vouched_for(const Candidate& candidate, const dns::Name& zone, std::span<const Ds> ds) {
  return std::ranges::any_of(ds, [&](const Ds& one) {
    return one.key_tag == candidate.key.tag && one.algorithm == candidate.key.algorithm &&
           matches(one, zone, candidate.rdata);
  });
}

ZoneKeys made_ready(const dns::Name& zone, std::span<const Candidate> candidates) {
  ZoneKeys ready{zone, {}};
  for (const Candidate& candidate : candidates)
    if (auto key = PublicKey::read(candidate.key)) ready.keys.push_back(*std::move(key));
  return ready;
}

}  // namespace

bool plausible(const Rrsig& signature, const Rrset& set) {
  if (signature.covered != set.type || set.type == dns::Type::RRSIG) return false;
  if (!set.owner.is_within(signature.signer)) return false;
  if (signature.labels > signed_label_count(set.owner) ||
      signature.labels < signed_label_count(signature.signer))
    return false;
  const bool at_apex = set.owner == signature.signer;
  if (set.type == dns::Type::DS) return !at_apex;
  return set.type != dns::Type::DNSKEY || at_apex;
}

std::optional<dns::Name> signer_of(const Rrset& set) {
  std::optional<dns::Name> signer;
  for (const auto& rdata : set.signatures) {
    const auto signature = Rrsig::read(rdata);
    if (!signature || !plausible(*signature, set)) continue;
    if (signer && *signer != signature->signer) return std::nullopt;
    signer = signature->signer;
  }
  return signer;
}

bool stands_for_itself(const Rrset& set, std::uint8_t labels) {
  return labels >= signed_label_count(set.owner);
}

bool stands_for_itself(const Rrset& set) {
  return std::ranges::all_of(set.signatures, [&](const auto& rdata) {
    const auto signature = Rrsig::read(rdata);
    return !signature || stands_for_itself(set, signature->labels);
  });
}

SignatureCheck::SignatureCheck(const Rrset& set, const ZoneKeys& keys, SignatureTime time,
                               ValidationBudget& budget, ProofFor proof_for)
    : set_(set), keys_(keys), time_(time), budget_(budget), proof_for_(proof_for) {}

std::optional<Verification> SignatureCheck::next() {
  while (!proof_ && fault_ != Fault::too_dear && (signature_ || take_signature())) {
    if (const auto* key = take_key()) return verification_by(*key);
    signature_.reset();
  }
  return {};
}

void SignatureCheck::verified(bool holds) {
  if (!holds) {
    budget_.check_failed();
    return note(Fault::wrong);
  }
  if (proof_for_ == ProofFor::query) budget_.check_succeeded();
  proof_ = {std::min(signature_->original_ttl, time_.remaining(*signature_)), signature_->labels,
            signature_->key_tag, signature_->original_ttl};
}

tl::expected<SignatureProof, Reason> SignatureCheck::result() const {
  if (proof_) return *proof_;
  return tl::unexpected(reason_of(fault_, set_));
}

/// The next that may count, by its form and its signer.
bool SignatureCheck::take_signature() {
  while (next_signature_ < set_.signatures.size()) {
    signature_ = Rrsig::read(set_.signatures[next_signature_++]);
    if (!signature_ || !plausible(*signature_, set_) || signature_->signer != keys_.zone) continue;
    next_key_ = 0;
    note(Fault::no_key);
    return true;
  }
  signature_.reset();
  return false;
}

/// The next of those that it names; null if there is none, or if its dates do not count.
const PublicKey* SignatureCheck::take_key() {
  while (next_key_ < keys_.keys.size()) {
    const auto& key = keys_.keys[next_key_++];
    if (key.tag() == signature_->key_tag && key.algorithm() == signature_->algorithm)
      return counts_today() ? &key : nullptr;
  }
  return nullptr;
}

bool SignatureCheck::counts_today() {
  const auto finding = time_.judge(*signature_);
  if (finding == SignatureTime::Finding::expired) note(Fault::expired);
  if (finding == SignatureTime::Finding::not_yet_valid) note(Fault::not_yet_valid);
  return finding == SignatureTime::Finding::valid;
}

std::optional<Verification> SignatureCheck::verification_by(const PublicKey& key) {
  if (!budget_.may_check()) {
    note(Fault::too_dear);
    return {};
  }
  budget_.checked();
  if (!canonical_) canonical_.emplace(set_);
  const auto& octets = signature_->signature;
  return Verification{&key, canonical_->octets_under(*signature_), {octets.begin(), octets.end()}};
}

tl::expected<SignatureProof, Reason> check_signatures(const Rrset& set, const ZoneKeys& keys,
                                                      SignatureTime time, ValidationBudget& budget,
                                                      ProofFor proof_for) {
  SignatureCheck check(set, keys, time, budget, proof_for);
  while (const auto verification = check.next()) check.verified(verification->holds());
  return check.result();
}

tl::expected<ZoneKeys, Reason> vouched_keys(const Rrset& dnskeys, std::span<const Ds> ds,
                                            const Algorithms& algorithms) {
  const auto digests = usable(ds, algorithms);
  auto candidates = signing_keys(dnskeys, algorithms);
  std::erase_if(candidates,
                [&](const Candidate& one) { return !is_vouched_for(one, dnskeys.owner, digests); });
  auto keys = made_ready(dnskeys.owner, candidates);
  if (!keys.keys.empty()) return keys;
  return tl::unexpected(Reason{ExtendedError::dnskey_missing,
                               "no key of " + dnskeys.owner.to_text() + " that its parent's DS names"});
}

tl::expected<AuthenticatedKeys, Reason> authenticate_keys(const Rrset& dnskeys, std::span<const Ds> ds,
                                                          const Algorithms& algorithms, SignatureTime time,
                                                          ValidationBudget& budget) {
  const auto vouched = vouched_keys(dnskeys, ds, algorithms);
  if (!vouched) return tl::unexpected(vouched.error());
  return check_signatures(dnskeys, *vouched, time, budget, ProofFor::everybody)
      .map([&](const SignatureProof& proof) {
        return AuthenticatedKeys{usable_keys(dnskeys, algorithms), proof};
      });
}

ZoneKeys usable_keys(const Rrset& dnskeys, const Algorithms& algorithms) {
  return made_ready(dnskeys.owner, signing_keys(dnskeys, algorithms));
}

bool any_supported(std::span<const Ds> ds, const Algorithms& algorithms) {
  return std::ranges::any_of(ds, [&](const Ds& one) { return is_supported(one, algorithms); });
}

}  // namespace tributary::dnssec
