#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "resolver/dnssec/denial_rdata.hpp"
#include "resolver/dnssec/openssl_handles.hpp"
#include "resolver/dnssec/validation_budget.hpp"

namespace tributary::dnssec {

/// The hash of a name, by SHA-1, the only one there is (RFC 5155 §11).
using Nsec3Hash = std::array<std::uint8_t, 20>;

/// What a zone hashes its names with.
struct Nsec3Parameters {
  std::uint16_t iterations = 0;
  std::vector<std::uint8_t> salt;

  static Nsec3Parameters of(const Nsec3& record) {
    return {record.iterations, {record.salt.begin(), record.salt.end()}};
  }
  friend bool operator==(const Nsec3Parameters&, const Nsec3Parameters&) = default;
};

/// The hash that the owner of an NSEC3 record of `zone` tells in base32hex (RFC 4648 §7); nothing if it is
/// not one label below `zone` that stands for 20 octets.
std::optional<Nsec3Hash> nsec3_owner_hash(const dns::Name& owner, const dns::Name& zone);

/// "2t7b4g4vsa5smi47k61mv5bv1a22bojr.example.": the name that has the NSEC3 record of a hash, in small
/// letters. Nothing if `zone` is too long for it.
std::optional<dns::Name> nsec3_owner(const Nsec3Hash& hash, const dns::Name& zone);

/// Hashes of names with the parameters of one zone: each name is hashed, and paid for, once.
class Nsec3Hashes {
 public:
  /// `budget` must outlive this object.
  Nsec3Hashes(Nsec3Parameters parameters, ValidationBudget& budget);

  const Nsec3Parameters& parameters() const { return parameters_; }
  /// Valid as long as this object; null if the budget does not allow one more.
  const Nsec3Hash* of(const dns::Name& name);
  /// True after a hash was refused.
  bool exhausted() const { return exhausted_; }

 private:
  Nsec3Hash compute(const dns::Name& name);

  Nsec3Parameters parameters_;
  ValidationBudget& budget_;
  std::unordered_map<dns::Name, Nsec3Hash, dns::NameHash> known_;
  DigestContextHandle sha1_;
  bool exhausted_ = false;
};

}  // namespace tributary::dnssec
