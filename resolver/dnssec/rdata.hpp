#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "dns/name.hpp"
#include "dns/types.hpp"
#include "resolver/dnssec/algorithms.hpp"

namespace tributary::dnssec {

using Octets = std::span<const std::uint8_t>;

// What RDATA of DNSSEC says: windows on uncompressed RDATA, which must stay. `read` gives nothing if the
// RDATA is not of that type's form, whatever octets it is given.

/// RFC 4034 §2.
struct Dnskey {
  static constexpr std::uint16_t zone_key = 0x0100, revoked = 0x0080, secure_entry_point = 0x0001;

  std::uint16_t flags = 0;
  std::uint8_t protocol = 0;
  Algorithm algorithm{};
  Octets public_key;
  std::uint16_t tag = 0;  ///< RFC 4034 Appendix B. It changes with the flags.

  static std::optional<Dnskey> read(Octets rdata);
  /// It may sign the zone's records: a zone key, protocol 3, not revoked (RFC 4034 §2.1, RFC 5011 §2.1).
  bool may_sign() const { return (flags & zone_key) != 0 && (flags & revoked) == 0 && protocol == 3; }
};

/// RFC 4034 §5. The digest may have any length: one of a wrong length matches no key, so that it makes a zone
/// bogus, and not insecure as a DS that nobody understands would.
struct Ds {
  std::uint16_t key_tag = 0;
  Algorithm algorithm{};
  DigestType digest_type{};
  Octets digest;

  static std::optional<Ds> read(Octets rdata);
};

/// RFC 4034 §3.
struct Rrsig {
  dns::Type covered{};
  Algorithm algorithm{};
  std::uint8_t labels = 0;
  std::uint32_t original_ttl = 0;
  std::uint32_t expiration = 0, inception = 0;  ///< Seconds since 1970, modulo 2³² (§3.1.5).
  std::uint16_t key_tag = 0;
  dns::Name signer;
  Octets signature;
  Octets signed_part;  ///< The RDATA up to the signature; the signer's name as it was written.

  static std::optional<Rrsig> read(Octets rdata);
};

}  // namespace tributary::dnssec
