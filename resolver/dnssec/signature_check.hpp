#pragma once

#include <memory>
#include <span>
#include <vector>

#include <tl/expected.hpp>

#include "dns/edns.hpp"
#include "resolver/dnssec/public_key.hpp"
#include "resolver/dnssec/rrset.hpp"
#include "resolver/dnssec/signature_time.hpp"
#include "resolver/dnssec/validation_budget.hpp"

namespace tributary::dnssec {

/// Why something is not secure, as a client is told (RFC 8914).
using Reason = dns::ExtendedErrorOption;

/// The keys that a zone's records may be signed with: authenticated, supported, able to sign; at most two of
/// one tag and algorithm. Immutable.
struct ZoneKeys {
  dns::Name zone;
  std::vector<PublicKey> keys;
};

/// What a good signature says about its set.
struct SignatureProof {
  std::uint32_t most_ttl = 0;  ///< min(original TTL, seconds until it expires) (RFC 4035 §5.3.3).
  std::uint8_t labels = 0;  ///< Of the RRSIG: fewer than the owner has if a wildcard was expanded (§5.3.2).
  std::uint16_t key_tag = 0;
};

/// True if `signature` can be one of `set` by its form: covers the type, its signer is the owner or above it,
/// has no more labels than the owner (RFC 4035 §5.3.1). A DS is signed above its owner, a DNSKEY at it.
bool plausible(const Rrsig& signature, const Rrset& set);

/// The first good signature of `set` by one of `keys`. Signatures by other signers, of other algorithms or by
/// keys that are not there cost nothing; others take from the budget. The error is the most telling one: a
/// good signature that expired (7) or is not yet valid (8), a wrong signature (6), no key for any of them
/// (9), no signature by this zone at all (10), the budget is used up (6). `infrastructure`: what it proves is
/// kept for all, so that success costs nothing.
tl::expected<SignatureProof, Reason> check_signatures(const Rrset& set, const ZoneKeys& keys,
                                                      SignatureTime time, ValidationBudget& budget,
                                                      bool infrastructure = false);

/// The keys of a zone out of its DNSKEY set: at least one key that signs the set must be vouched for by a DS
/// (RFC 4035 §5.2), of which at most eight are looked at, those of supported algorithms and digests; SHA-1
/// digests only where there are no better ones (RFC 4509 §3). Requires: `ds` has one that is supported. The
/// error: 9 if no key matches a DS, else as check_signatures.
struct AuthenticatedKeys {
  ZoneKeys keys;
  SignatureProof proof;
};
tl::expected<AuthenticatedKeys, Reason> authenticate_keys(const Rrset& dnskeys, std::span<const Ds> ds,
                                                          const Algorithms& algorithms, SignatureTime time,
                                                          ValidationBudget& budget);

/// The usable keys of a DNSKEY set that has been authenticated before, as authenticate_keys gives them.
ZoneKeys usable_keys(const Rrset& dnskeys, const Algorithms& algorithms);

/// True if one of `ds` is of an algorithm and a digest that are supported: otherwise the zone is insecure.
bool any_supported(std::span<const Ds> ds, const Algorithms& algorithms);

}  // namespace tributary::dnssec
