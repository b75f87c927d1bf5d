#pragma once

#include <cstdint>
#include <vector>

#include "resolver/dnssec/rdata.hpp"
#include "resolver/dnssec/rrset.hpp"

namespace tributary::dnssec {

/// The labels of `owner` as an RRSIG counts them: without the root's and without a leading "*" (RFC 4034
/// §3.1.3).
std::size_t signed_label_count(const dns::Name& owner);

/// The name that the signer had: `owner`, or the wildcard that it was made from if `labels` (of the RRSIG)
/// are fewer than its own (RFC 4035 §5.3.2). In small letters. Requires: labels <= signed_label_count(owner).
dns::Name signed_owner(const dns::Name& owner, std::size_t labels);

/// The RDATA of a set in canonical form and order, duplicates dropped (RFC 4034 §6.2, §6.3), from which the
/// octets are made that its signatures are over. A view of the set, which must stay.
class CanonicalRrset {
 public:
  explicit CanonicalRrset(const Rrset& set);
  CanonicalRrset(const CanonicalRrset&) = delete;
  CanonicalRrset& operator=(const CanonicalRrset&) = delete;

  /// What `signature` is over (RFC 4034 §3.1.8.1). Requires: plausible(signature, set).
  std::vector<std::uint8_t> octets_under(const Rrsig& signature) const;

 private:
  const Rrset& set_;
  std::vector<std::vector<std::uint8_t>> with_names_;  // those of `rdata_` that had to be changed
  std::vector<Octets> rdata_;
};

}  // namespace tributary::dnssec
