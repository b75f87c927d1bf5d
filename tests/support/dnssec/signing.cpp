#include "tests/support/dnssec/signing.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

#include "dns/octets.hpp"
#include "resolver/dnssec/canonical.hpp"

namespace tributary::test {

dnssec::Rrset rrset(std::initializer_list<std::string_view> lines) {
  dnssec::Rrset set;
  for (const auto line : lines) {
    auto record = dns::parse_record(line);
    if (!record) throw std::invalid_argument(std::string(line) + ": " + record.error());
    if (set.rdata.empty()) {
      set.owner = record->owner;
      set.type = record->type;
      set.ttl = record->ttl;
    }
    if (record->owner != set.owner || record->type != set.type)
      throw std::invalid_argument(std::string(line) + ": belongs to another set");
    set.ttl = std::min(set.ttl, record->ttl);
    set.rdata.push_back(std::move(record->rdata));
  }
  return set;
}

dnssec::Rrset dnskey_set(const dns::Name& zone, std::initializer_list<TestKey> keys, std::uint32_t ttl) {
  dnssec::Rrset set{zone, dns::Type::DNSKEY, ttl, {}, {}};
  for (const TestKey& key : keys) set.rdata.push_back(key.dnskey());
  return set;
}

dnssec::Rrset ds_set(const dns::Name& zone, std::initializer_list<TestKey> keys, dnssec::DigestType digest,
                     std::uint32_t ttl) {
  dnssec::Rrset set{zone, dns::Type::DS, ttl, {}, {}};
  for (const TestKey& key : keys) set.rdata.push_back(key.ds(zone, digest));
  return set;
}

std::vector<std::uint8_t> rrsig(const dnssec::Rrset& set, const TestKey& key, const SignatureFields& fields) {
  const auto labels = static_cast<std::uint8_t>(dnssec::signed_label_count(set.owner));
  std::vector<std::uint8_t> rdata;
  dns::append_u16(rdata, static_cast<std::uint16_t>(fields.covered.value_or(set.type)));
  rdata.push_back(static_cast<std::uint8_t>(fields.algorithm.value_or(key.algorithm())));
  rdata.push_back(fields.labels.value_or(labels));
  dns::append_u32(rdata, fields.original_ttl.value_or(set.ttl));
  dns::append_u32(rdata, fields.expiration);
  dns::append_u32(rdata, fields.inception);
  dns::append_u16(rdata, fields.key_tag.value_or(key.tag()));
  const auto signer = fields.signer.wire();
  rdata.insert(rdata.end(), signer.begin(), signer.end());

  auto unsigned_yet = dnssec::Rrsig::read(rdata).value();
  unsigned_yet.labels = std::min(unsigned_yet.labels, labels);  // there is no name with more
  const auto octets = dnssec::CanonicalRrset(set).octets_under(unsigned_yet);
  const auto signature = key.signature_of(octets);
  rdata.insert(rdata.end(), signature.begin(), signature.end());
  return rdata;
}

void sign(dnssec::Rrset& set, const TestKey& key, const SignatureFields& fields) {
  set.signatures.push_back(rrsig(set, key, fields));
}

std::vector<dns::Record> records_of(const dnssec::Rrset& set) {
  std::vector<dns::Record> records;
  for (const auto& rdata : set.rdata)
    records.push_back({set.owner, set.type, dns::Class::IN, set.ttl, rdata});
  for (const auto& rdata : set.signatures)
    records.push_back({set.owner, dns::Type::RRSIG, dns::Class::IN, set.ttl, rdata});
  return records;
}

}  // namespace tributary::test
