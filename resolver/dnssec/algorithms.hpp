#pragma once

#include <cstdint>
#include <string>

namespace tributary::dnssec {

/// Signature algorithms by their IANA numbers; any other value may come.
enum class Algorithm : std::uint8_t {
  RSASHA1 = 5,
  RSASHA1_NSEC3_SHA1 = 7,
  RSASHA256 = 8,
  RSASHA512 = 10,
  ECDSAP256SHA256 = 13,
  ECDSAP384SHA384 = 14,
  ED25519 = 15,
  ED448 = 16,
};

/// How the digest of a DS is made.
enum class DigestType : std::uint8_t { SHA1 = 1, SHA256 = 2, SHA384 = 4 };

/// What signatures and digests count. A zone that has none of them is insecure (RFC 4035 §5.2).
struct Algorithms {
  bool sha1 = false;  ///< RSASHA1 and its NSEC3 variant: broken, and no longer to be trusted (RFC 8624 §3.1).

  bool supports(Algorithm algorithm) const;
  /// All three: a SHA-1 DS is weak, but nobody can yet make a key to a given one (RFC 8624 §3.3).
  static bool supports(DigestType digest);
};

/// "ECDSAP256SHA256", or "ALGORITHM99".
std::string to_text(Algorithm algorithm);

}  // namespace tributary::dnssec
