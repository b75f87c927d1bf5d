#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "dns/name.hpp"
#include "resolver/dnssec/nsec3_hash.hpp"

namespace tributary::scenario {

/// Hashes names as a signer does, however many times that takes (RFC 5155 §5).
class Nsec3Hasher {
 public:
  Nsec3Hasher(std::uint16_t iterations, std::vector<std::uint8_t> salt)
      : parameters_{iterations, std::move(salt)} {}

  dnssec::Nsec3Hash hash(const dns::Name& name) const;

 private:
  dnssec::Nsec3Parameters parameters_;
};

/// The name in `zone` whose label is `hash` in base32hex (RFC 5155 §3.3).
dns::Name nsec3_owner(const dnssec::Nsec3Hash& hash, const dns::Name& zone);

}  // namespace tributary::scenario
