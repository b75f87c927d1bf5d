#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <tl/expected.hpp>

#include "dns/edns.hpp"
#include "resolver/dnssec/canonical.hpp"
#include "resolver/dnssec/public_key.hpp"
#include "resolver/dnssec/rrset.hpp"
#include "resolver/dnssec/signature_time.hpp"
#include "resolver/dnssec/validation_budget.hpp"

namespace tributary::dnssec {

/// Why something is not secure, as a client is told (RFC 8914).
using Reason = dns::ExtendedErrorOption;

/// The keys that a zone's records may be signed with: authenticated, supported, able to sign. Immutable.
struct ZoneKeys {
  /// More keys of one tag and algorithm than this are never tried (CVE-2023-50387).
  static constexpr std::size_t most_of_one_tag = 2;
  /// More than this are left out: no zone needs them, and each costs some time to make ready.
  static constexpr std::size_t most = 32;

  dns::Name zone;
  std::vector<PublicKey> keys;
};

/// What a good signature says about its set.
struct SignatureProof {
  std::uint32_t most_ttl = 0;  ///< min(original TTL, seconds until it expires) (RFC 4035 §5.3.3).
  std::uint8_t labels = 0;  ///< Of the RRSIG: fewer than the owner has if a wildcard was expanded (§5.3.2).
  std::uint16_t key_tag = 0;
  std::uint32_t original_ttl = 0;  ///< Of the RRSIG, in seconds.
};

/// True if `signature` can be one of `set` by its form: covers the type, its signer is the owner or above it,
/// has no more labels than the owner (RFC 4035 §5.3.1) and no fewer than the signer. A DS is signed above its
/// owner, a DNSKEY at it, an RRSIG never (RFC 4035 §2.2).
bool plausible(const Rrsig& signature, const Rrset& set);

/// The zone that signs `set`, as far as its signatures tell: the signer of those that are plausible. Nothing
/// if there is none, or if two claim it: an honest set has one zone, and what is proven must not depend on
/// who is believed.
std::optional<dns::Name> signer_of(const Rrset& set);

/// True if a good signature with `labels` is over `set` as it stands, not over the wildcard that it was made
/// from (RFC 4035 §5.3.4).
bool stands_for_itself(const Rrset& set, std::uint8_t labels);
/// The same of a set that is known to be secure, whichever of its signatures was good.
bool stands_for_itself(const Rrset& set);

/// Whom a proof serves: what makes a zone's keys or a delegation known is kept for all who come later, and
/// costs the query that happens to need it first nothing. Failures always cost.
enum class ProofFor : std::uint8_t { query, everybody };

/// The costly step of checking a signature. A value that any thread may look at, as long as its key lives.
struct Verification {
  const PublicKey* key;
  std::vector<std::uint8_t> octets;  ///< What was signed.
  std::vector<std::uint8_t> signature;

  bool holds() const { return key->verifies(octets, signature); }
};

/// Looks for a good signature of a set, step by step, so that whoever drives it decides where verifications
/// are made: tell `verified` of each that `next` gives. Keeps references to all it is made from.
class SignatureCheck {
 public:
  /// What was found wrong, the more telling later.
  enum class Fault : std::uint8_t { no_signature, no_key, wrong, not_yet_valid, expired, too_dear };

  SignatureCheck(const Rrset& set, const ZoneKeys& keys, SignatureTime time, ValidationBudget& budget,
                 ProofFor proof_for);

  /// The next verification that is worth its cost; nothing when the result is known. Its key is one of those
  /// given.
  std::optional<Verification> next();
  void verified(bool holds);
  /// As check_signatures tells it. Requires: `next` has given nothing.
  tl::expected<SignatureProof, Reason> result() const;

 private:
  bool take_signature();
  const PublicKey* take_key();
  bool counts_today();
  std::optional<Verification> verification_by(const PublicKey& key);
  void note(Fault fault) { fault_ = std::max(fault_, fault); }

  const Rrset& set_;
  const ZoneKeys& keys_;
  const SignatureTime time_;
  ValidationBudget& budget_;
  const ProofFor proof_for_;
  std::size_t next_signature_ = 0, next_key_ = 0;
  std::optional<Rrsig> signature_;  // that is looked at; points into the set
  std::optional<CanonicalRrset> canonical_;
  std::optional<SignatureProof> proof_;
  Fault fault_ = Fault::no_signature;
};

/// The first good signature of `set` by one of `keys`. Signatures that are malformed, implausible, by other
/// signers, by keys that are not there, or outside of their dates are not checked and cost nothing; others
/// take from the budget. The error is the most telling one: one of the zone's keys made a signature that
/// expired (7) or is not yet valid (8), a wrong signature (6), no key for any of them (9), no signature by
/// this zone at all (10). As soon as the budget is used up: 6.
tl::expected<SignatureProof, Reason> check_signatures(const Rrset& set, const ZoneKeys& keys,
                                                      SignatureTime time, ValidationBudget& budget,
                                                      ProofFor proof_for = ProofFor::query);

/// Of a zone's DNSKEY set, the keys that a DS vouches for: never none (RFC 4035 §5.2). Which DS are looked
/// at, and the error, are as authenticate_keys tells.
tl::expected<ZoneKeys, Reason> vouched_keys(const Rrset& dnskeys, std::span<const Ds> ds,
                                            const Algorithms& algorithms);

struct AuthenticatedKeys {
  ZoneKeys keys;
  SignatureProof proof;
};

/// The keys of a zone out of its DNSKEY set: at least one key that signs the set must be vouched for by a DS
/// (RFC 4035 §5.2). Of these at most `most_ds` are looked at, those of supported algorithms and digests;
/// SHA-1 digests only where there are no better ones (RFC 4509 §3). Requires: any_supported(ds, algorithms).
/// The error: 9 if no key matches a DS, else as check_signatures.
tl::expected<AuthenticatedKeys, Reason> authenticate_keys(const Rrset& dnskeys, std::span<const Ds> ds,
                                                          const Algorithms& algorithms, SignatureTime time,
                                                          ValidationBudget& budget);
inline constexpr std::size_t most_ds = 8;

/// The keys out of a DNSKEY set that has been authenticated before.
ZoneKeys usable_keys(const Rrset& dnskeys, const Algorithms& algorithms);

/// True if one of `ds` is of an algorithm and a digest that are supported: otherwise the zone is insecure
/// (RFC 4035 §5.2).
bool any_supported(std::span<const Ds> ds, const Algorithms& algorithms);

}  // namespace tributary::dnssec
