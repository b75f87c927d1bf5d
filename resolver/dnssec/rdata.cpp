#include "resolver/dnssec/rdata.hpp"

#include "dns/octets.hpp"

namespace tributary::dnssec {

using dns::read_u16;
using dns::read_u32;

namespace {

constexpr std::size_t dnskey_fixed = 4, ds_fixed = 4, rrsig_fixed = 18;

/// RFC 4034 Appendix B. RSA/MD5 has a rule of its own (B.1), which nobody needs: it is never supported.
std::uint16_t key_tag(Octets rdata) {
  std::uint32_t sum = 0;  // at most 32,768 times 65,535: no overflow
  for (std::size_t i = 0; i < rdata.size(); ++i) sum += i % 2 == 0 ? std::uint32_t{rdata[i]} << 8 : rdata[i];
  return static_cast<std::uint16_t>(sum + (sum >> 16));
}

}  // namespace

std::optional<Dnskey> Dnskey::read(Octets rdata) {
  if (rdata.size() < dnskey_fixed) return {};
  Dnskey key;
  key.flags = read_u16(rdata, 0);
  key.protocol = rdata[2];
  key.algorithm = Algorithm{rdata[3]};
  key.public_key = rdata.subspan(dnskey_fixed);
  key.tag = key_tag(rdata);
  return key;
}

std::optional<Ds> Ds::read(Octets rdata) {
  if (rdata.size() < ds_fixed) return {};
  return Ds{read_u16(rdata, 0), Algorithm{rdata[2]}, DigestType{rdata[3]}, rdata.subspan(ds_fixed)};
}

std::optional<Rrsig> Rrsig::read(Octets rdata) {
  if (rdata.size() < rrsig_fixed) return {};
  const auto signer = dns::Name::from_start_of(rdata.subspan(rrsig_fixed));
  if (!signer) return {};
  Rrsig signature;
  signature.covered = dns::Type{read_u16(rdata, 0)};
  signature.algorithm = Algorithm{rdata[2]};
  signature.labels = rdata[3];
  signature.original_ttl = read_u32(rdata, 4);
  signature.expiration = read_u32(rdata, 8);
  signature.inception = read_u32(rdata, 12);
  signature.key_tag = read_u16(rdata, 16);
  signature.signer = *signer;
  signature.signed_part = rdata.first(rrsig_fixed + signer->wire().size());
  signature.signature = rdata.subspan(signature.signed_part.size());
  return signature;
}

}  // namespace tributary::dnssec
