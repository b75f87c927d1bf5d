#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include "resolver/dnssec/rrset.hpp"
#include "tests/support/dnssec/test_key.hpp"

namespace tributary::test {

/// One set out of lines in presentation format. Throws if they are no set.
dnssec::Rrset rrset(std::initializer_list<std::string_view> lines);

/// The DNSKEY set of `zone`, not signed.
dnssec::Rrset dnskey_set(const dns::Name& zone, std::initializer_list<TestKey> keys,
                         std::uint32_t ttl = 3600);
/// The DS set that vouches for `keys` of `zone`, not signed.
dnssec::Rrset ds_set(const dns::Name& zone, std::initializer_list<TestKey> keys,
                     dnssec::DigestType digest = dnssec::DigestType::SHA256, std::uint32_t ttl = 3600);

/// What an RRSIG says. Fields without a value are what an honest signer writes; with one they lie, and the
/// signature is over the lie.
struct SignatureFields {
  dns::Name signer;
  std::uint32_t inception = 0, expiration = 0;
  std::optional<dns::Type> covered = {};
  std::optional<dnssec::Algorithm> algorithm = {};
  std::optional<std::uint8_t> labels = {};
  std::optional<std::uint32_t> original_ttl = {};
  std::optional<std::uint16_t> key_tag = {};
};

/// RDATA of an RRSIG of `set` by `key`. For the expansion of a wildcard sign its set, and then give that the
/// other owner.
std::vector<std::uint8_t> rrsig(const dnssec::Rrset& set, const TestKey& key, const SignatureFields& fields);

/// Puts such an RRSIG into the set.
void sign(dnssec::Rrset& set, const TestKey& key, const SignatureFields& fields);

/// The records of a set, its signatures after them, to be written into messages.
std::vector<dns::Record> records_of(const dnssec::Rrset& set);

}  // namespace tributary::test
