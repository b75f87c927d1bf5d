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

/// What was found wrong, the more telling later.
enum class Fault : std::uint8_t { no_signature, no_key, wrong, not_yet_valid, expired, too_dear };

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

class Check {
 public:
  Check(const Rrset& set, const ZoneKeys& keys, SignatureTime time, ValidationBudget& budget,
        ProofFor proof_for)
      : set_(set), keys_(keys), time_(time), budget_(budget), proof_for_(proof_for) {}

  tl::expected<SignatureProof, Reason> run() {
    for (const auto& rdata : set_.signatures) {
      const auto signature = Rrsig::read(rdata);
      if (!signature || !plausible(*signature, set_) || signature->signer != keys_.zone) continue;
      if (is_good(*signature)) return proof_of(*signature);
      if (fault_ == Fault::too_dear) break;
    }
    return tl::unexpected(reason_of(fault_, set_));
  }

 private:
  bool is_good(const Rrsig& signature) {
    note(Fault::no_key);
    return std::ranges::any_of(keys_.keys, [&](const PublicKey& key) {
      if (key.tag() != signature.key_tag || key.algorithm() != signature.algorithm) return false;
      return counts_today(signature) && is_made_by(key, signature);
    });
  }

  bool counts_today(const Rrsig& signature) {
    const auto finding = time_.judge(signature);
    if (finding == SignatureTime::Finding::expired) note(Fault::expired);
    if (finding == SignatureTime::Finding::not_yet_valid) note(Fault::not_yet_valid);
    return finding == SignatureTime::Finding::valid;
  }

  bool is_made_by(const PublicKey& key, const Rrsig& signature) {
    if (!budget_.may_check()) note(Fault::too_dear);
    if (fault_ == Fault::too_dear) return false;
    budget_.checked();
    if (!canonical_) canonical_.emplace(set_);
    if (!key.verifies(canonical_->octets_under(signature), signature.signature)) {
      budget_.check_failed();
      note(Fault::wrong);
      return false;
    }
    if (proof_for_ == ProofFor::query) budget_.check_succeeded();
    return true;
  }

  void note(Fault fault) { fault_ = std::max(fault_, fault); }

  SignatureProof proof_of(const Rrsig& signature) const {
    return {std::min(signature.original_ttl, time_.remaining(signature)), signature.labels, signature.key_tag,
            signature.original_ttl};
  }

  const Rrset& set_;
  const ZoneKeys& keys_;
  const SignatureTime time_;
  ValidationBudget& budget_;
  const ProofFor proof_for_;
  std::optional<CanonicalRrset> canonical_;
  Fault fault_ = Fault::no_signature;
};

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

tl::expected<SignatureProof, Reason> check_signatures(const Rrset& set, const ZoneKeys& keys,
                                                      SignatureTime time, ValidationBudget& budget,
                                                      ProofFor proof_for) {
  return Check(set, keys, time, budget, proof_for).run();
}

tl::expected<AuthenticatedKeys, Reason> authenticate_keys(const Rrset& dnskeys, std::span<const Ds> ds,
                                                          const Algorithms& algorithms, SignatureTime time,
                                                          ValidationBudget& budget) {
  const auto digests = usable(ds, algorithms);
  const auto candidates = signing_keys(dnskeys, algorithms);
  std::vector<Candidate> vouched;
  std::ranges::copy_if(candidates, std::back_inserter(vouched),
                       [&](const Candidate& one) { return is_vouched_for(one, dnskeys.owner, digests); });
  const auto anchors = made_ready(dnskeys.owner, vouched);
  if (anchors.keys.empty())
    return tl::unexpected(Reason{ExtendedError::dnskey_missing,
                                 "no key of " + dnskeys.owner.to_text() + " that its parent's DS names"});
  return check_signatures(dnskeys, anchors, time, budget, ProofFor::everybody)
      .map([&](const SignatureProof& proof) {
        return AuthenticatedKeys{made_ready(dnskeys.owner, candidates), proof};
      });
}

ZoneKeys usable_keys(const Rrset& dnskeys, const Algorithms& algorithms) {
  return made_ready(dnskeys.owner, signing_keys(dnskeys, algorithms));
}

bool any_supported(std::span<const Ds> ds, const Algorithms& algorithms) {
  return std::ranges::any_of(ds, [&](const Ds& one) { return is_supported(one, algorithms); });
}

}  // namespace tributary::dnssec
