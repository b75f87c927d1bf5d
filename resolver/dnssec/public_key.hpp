#pragma once

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
  /// Nothing if the algorithm is not supported by this program, or the octets are no key of it: for RSA a
  /// modulus of 512 to 4096 bits and an exponent of at most 64 bits (RFC 3110 §2), which bounds what a check
  /// can cost.
  static std::optional<PublicKey> read(const Dnskey& dnskey);

  Algorithm algorithm() const { return algorithm_; }
  std::uint16_t tag() const { return tag_; }

  /// True if `signature` (as in an RRSIG) is this key's under `data`. Whatever octets it is given.
  bool verifies(Octets data, Octets signature) const;

 private:
  struct Free {
    void operator()(EVP_PKEY* key) const;
  };
  using Handle = std::unique_ptr<EVP_PKEY, Free>;

  PublicKey(Handle key, Algorithm algorithm, std::uint16_t tag);

  Handle key_;
  Algorithm algorithm_;
  std::uint16_t tag_;
};

/// True if `ds` is the digest of the DNSKEY `rdata` at `owner` (RFC 4034 §5.1.4). False for a digest type
/// that is not supported.
bool matches(const Ds& ds, const dns::Name& owner, Octets dnskey_rdata);

/// RDATA of a DS with a SHA-256 digest for the DNSKEY `rdata` at `owner`. Requires: Dnskey::read accepts it.
std::vector<std::uint8_t> ds_of(const dns::Name& owner, Octets dnskey_rdata);

}  // namespace tributary::dnssec
