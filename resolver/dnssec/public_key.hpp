#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <openssl/types.h>

#include "resolver/dnssec/rdata.hpp"

namespace tributary::dnssec {

/// A zone's public key, ready to check signatures with. Movable; immutable and usable by any number of
/// threads at once.
class PublicKey {
 public:
  /// Nothing if the algorithm is none of those in `Algorithm`, or the octets are no key of it: for RSA a
  /// modulus of 512 to 4096 bits and an exponent of at most 64 bits (RFC 3110 §2), which bounds what a check
  /// can cost. Flags and protocol are not looked at.
  static std::optional<PublicKey> read(const Dnskey& dnskey);

  Algorithm algorithm() const { return algorithm_; }
  std::uint16_t tag() const { return tag_; }
  /// The SEP flag (RFC 4034 §2.1.1), which tells operators what the key is for.
  bool is_entry_point() const { return is_entry_point_; }

  /// True if `signature` (as in an RRSIG) is this key's under `data`. Whatever octets it is given.
  bool verifies(Octets data, Octets signature) const;

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const;
  };
  using Context = std::unique_ptr<EVP_MD_CTX, Free>;

  PublicKey(Context prepared, const Dnskey& dnskey);

  Context prepared_;  // to be copied for each check: cheaper than to prepare one for each
  Algorithm algorithm_;
  std::uint16_t tag_;
  bool is_entry_point_;
};

/// The digest that a DS has for the DNSKEY `rdata` at `owner` (RFC 4034 §5.1.4); empty if its type is not
/// supported.
std::vector<std::uint8_t> digest_of(const dns::Name& owner, Octets dnskey_rdata, DigestType type);

/// True if `ds` is the digest of the DNSKEY `rdata` at `owner`. False for a digest type that is not
/// supported.
bool matches(const Ds& ds, const dns::Name& owner, Octets dnskey_rdata);

/// RDATA of a DS with a SHA-256 digest for the DNSKEY `rdata` at `owner`. Requires: Dnskey::read accepts it.
std::vector<std::uint8_t> ds_of(const dns::Name& owner, Octets dnskey_rdata);

}  // namespace tributary::dnssec
