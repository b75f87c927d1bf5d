#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "resolver/dnssec/rrset.hpp"
#include "tests/support/dnssec/signing.hpp"

namespace tributary::scenario {

using dnssec::Rrset;

/// From when until when signatures are valid, in seconds since 1970.
struct Dates {
  std::int64_t inception = 0, expiration = 0;
};

/// How a zone is signed. Fields that an honest zone has no use for make it a broken one.
struct Signing {
  enum class Denial { nsec, nsec3, compact };

  bool is_signed = true;
  std::vector<dnssec::Algorithm> algorithms{dnssec::Algorithm::ECDSAP256SHA256};  ///< A key of each.
  bool split = false;  ///< A key for the DNSKEY set, which the DS names, and one for all the rest.
  std::optional<std::uint16_t> key_flags;  ///< Of the keys that the DS names.
  std::vector<dnssec::Algorithm> only;     ///< With these alone records are signed; empty: with all.
  std::size_t colliding_keys = 0;          ///< So many more keys of the same tag (of RSA).
  Dates dates;
  Denial denial = Denial::nsec;
  std::uint16_t iterations = 0;
  std::vector<std::uint8_t> salt;
  std::uint8_t nsec3_algorithm = 1, nsec3_flags = 0;
  bool opt_out = false;
};

/// A zone that exists only in a test: its records, its keys, its signatures and its proofs of what it has
/// not. Signs what it is asked for when it is asked.
class SignedZone {
 public:
  SignedZone(dns::Name apex, Signing signing);

  const dns::Name& apex() const { return apex_; }
  const Signing& signing() const { return signing_; }
  /// Keys that records are signed with, and the DNSKEY set.
  const std::vector<test::TestKey>& record_keys() const { return record_keys_; }
  const std::vector<test::TestKey>& key_keys() const { return key_keys_; }

  void add(const dns::Record& record);
  /// The set, without signatures; null if there is none.
  const Rrset* find(const dns::Name& owner, dns::Type type) const;
  /// Something is at the name or below it.
  bool exists(const dns::Name& name) const;
  /// The cut at or above `name` (below the apex), behind which the zone has no say.
  std::optional<dns::Name> cut_above(const dns::Name& name) const;
  /// The longest ancestor of `name` that exists.
  dns::Name closest_encloser(const dns::Name& name) const;

  /// With its signatures, as far as the zone is signed and the set is its own.
  Rrset signed_set(Rrset set) const;
  Rrset signed_set(const dns::Name& owner, dns::Type type) const { return signed_set(*find(owner, type)); }

  /// The NSEC of the name, signed; nothing if it has none.
  std::optional<Rrset> nsec_of(const dns::Name& owner) const;
  /// The sets, signed, that prove that `name` exists without `type`; or that neither it nor a wildcard for it
  /// exists; or that no closer name than the wildcard below `encloser` does; or that this wildcard lacks the
  /// type.
  std::vector<Rrset> deny_type(const dns::Name& name) const;
  std::vector<Rrset> deny_name(const dns::Name& name) const;
  std::vector<Rrset> deny_closer(const dns::Name& name) const;
  std::vector<Rrset> deny_type_at_wildcard(const dns::Name& name) const;

 private:
  using Sets = std::map<dns::Type, Rrset>;
  using Names = std::map<dns::Name, Sets, dns::CanonicalLess>;

  void make_keys();
  bool is_authoritative(const dns::Name& owner) const;
  std::vector<dns::Type> types_at(const dns::Name& name) const;
  bool in_nsec3_chain(const dns::Name& name) const;
  Rrset nsec_at_or_before(const dns::Name& name) const;
  Rrset nsec3_at_or_before(const dns::Name& name) const;
  Rrset compact_nsec(const dns::Name& name) const;
  std::vector<Rrset> proof(const std::vector<dns::Name>& names) const;

  dns::Name apex_;
  Signing signing_;
  Names names_;
  std::vector<test::TestKey> key_keys_, record_keys_;
};

/// The DNSSEC bitmap of types (RFC 4034 §4.1.2).
std::vector<std::uint8_t> type_bitmap(std::set<dns::Type> types);

}  // namespace tributary::scenario
