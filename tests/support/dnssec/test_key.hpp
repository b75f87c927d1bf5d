#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <openssl/types.h>

#include "resolver/dnssec/rdata.hpp"

namespace tributary::test {

/// A key pair of a zone that exists only in a test. A value; copies share the key.
///
///     const TestKey key(Algorithm::ED25519);
///     Rrset set = rrset({"www.example. 300 IN A 192.0.2.1"});
///     sign(set, key, {.signer = name("example."), .inception = …, .expiration = …});  // signing.hpp
class TestKey {
 public:
  static constexpr std::uint16_t for_keys = 257, for_records = 256;  ///< Flags; the first with the SEP bit.

  /// The same `algorithm` and `number` always make the same key, and so the same tag. RSA has 1024 bits.
  explicit TestKey(dnssec::Algorithm algorithm, unsigned number = 1, std::uint16_t flags = for_keys);

  /// The same key with other flags, and so another tag: Dnskey::revoked for instance.
  TestKey with_flags(std::uint16_t flags) const;

  dnssec::Algorithm algorithm() const { return algorithm_; }
  std::uint16_t tag() const;

  std::vector<std::uint8_t> dnskey() const;  ///< RDATA.
  /// RDATA of the DS that vouches for this key of `zone`.
  std::vector<std::uint8_t> ds(const dns::Name& zone,
                               dnssec::DigestType digest = dnssec::DigestType::SHA256) const;
  /// The signature of `octets` in the form that RRSIGs have.
  std::vector<std::uint8_t> signature_of(dnssec::Octets octets) const;

 private:
  dnssec::Algorithm algorithm_;
  std::uint16_t flags_;
  std::shared_ptr<EVP_PKEY> key_;
};

}  // namespace tributary::test
