#pragma once

#include <string_view>
#include <vector>

#include "resolver/dnssec/canonical.hpp"
#include "resolver/dnssec/signature_check.hpp"
#include "tests/support/dnssec/signing.hpp"

namespace tributary::dnssec {

inline dns::Name name(std::string_view text) {
  return dns::Name::parse(text).value();
}

/// Every key of a DNSKEY set, taken on trust.
inline ZoneKeys keys_of(const Rrset& dnskeys) {
  ZoneKeys keys{dnskeys.owner, {}};
  for (const auto& rdata : dnskeys.rdata)
    keys.keys.push_back(PublicKey::read(Dnskey::read(rdata).value()).value());
  return keys;
}

/// The DS records of a set; they point into it.
inline std::vector<Ds> read_ds(const Rrset& set) {
  std::vector<Ds> all;
  for (const auto& rdata : set.rdata) all.push_back(Ds::read(rdata).value());
  return all;
}

inline constexpr std::int64_t now = 1'800'000'000;
inline constexpr std::uint32_t hour = 3600, day = 24 * hour;

/// Signed a day ago, for twenty days.
inline test::SignatureFields by(std::string_view signer) {
  return {.signer = name(signer), .inception = now - day, .expiration = now + 19 * day};
}

}  // namespace tributary::dnssec
