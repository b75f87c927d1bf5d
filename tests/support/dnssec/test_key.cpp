#include "tests/support/dnssec/test_key.hpp"

#include <stdexcept>

#include <openssl/ecdsa.h>

#include "dns/octets.hpp"
#include "resolver/dnssec/openssl_handles.hpp"
#include "resolver/dnssec/public_key.hpp"
#include "tests/support/dnssec/private_keys.hpp"

namespace tributary::test {

using dnssec::Algorithm;

namespace {

const char* digest_of(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::RSASHA1:
    case Algorithm::RSASHA1_NSEC3_SHA1:
      return "SHA1";
    case Algorithm::RSASHA512:
      return "SHA512";
    case Algorithm::ECDSAP384SHA384:
      return "SHA384";
    case Algorithm::ED25519:
    case Algorithm::ED448:
      return nullptr;
    default:
      return "SHA256";
  }
}

/// Two numbers of `part` octets out of the SEQUENCE that OpenSSL makes (RFC 6605 §4).
std::vector<std::uint8_t> from_der(const std::vector<std::uint8_t>& der, std::size_t part) {
  const unsigned char* octets = der.data();
  const std::unique_ptr<ECDSA_SIG, dnssec::FreeWith<ECDSA_SIG_free>> signature(
      d2i_ECDSA_SIG(nullptr, &octets, static_cast<long>(der.size())));
  std::vector<std::uint8_t> out(2 * part);
  BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), out.data(), static_cast<int>(part));
  BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), out.data() + part, static_cast<int>(part));
  return out;
}

}  // namespace

TestKey::TestKey(Algorithm algorithm, unsigned number, std::uint16_t flags)
    : algorithm_(algorithm),
      flags_(flags),
      key_(make_private_key(algorithm, number).release(), EVP_PKEY_free) {}

TestKey TestKey::with_flags(std::uint16_t flags) const {
  TestKey other = *this;
  other.flags_ = flags;
  return other;
}

std::uint16_t TestKey::tag() const {
  return dnssec::Dnskey::read(dnskey())->tag;
}

std::vector<std::uint8_t> TestKey::dnskey() const {
  constexpr std::uint8_t protocol = 3;
  std::vector<std::uint8_t> rdata;
  dns::append_u16(rdata, flags_);
  rdata.push_back(protocol);
  rdata.push_back(static_cast<std::uint8_t>(algorithm_));
  const auto key = public_octets(key_.get(), algorithm_);
  rdata.insert(rdata.end(), key.begin(), key.end());
  return rdata;
}

std::vector<std::uint8_t> TestKey::ds(const dns::Name& zone, dnssec::DigestType digest) const {
  std::vector<std::uint8_t> rdata;
  dns::append_u16(rdata, tag());
  rdata.push_back(static_cast<std::uint8_t>(algorithm_));
  rdata.push_back(static_cast<std::uint8_t>(digest));
  const auto octets = dnssec::digest_of(zone, dnskey(), digest);
  rdata.insert(rdata.end(), octets.begin(), octets.end());
  return rdata;
}

std::vector<std::uint8_t> TestKey::signature_of(dnssec::Octets octets) const {
  const dnssec::DigestContextHandle context(EVP_MD_CTX_new());
  std::vector<std::uint8_t> signature(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())));
  std::size_t size = signature.size();
  if (EVP_DigestSignInit_ex(context.get(), nullptr, digest_of(algorithm_), nullptr, nullptr, key_.get(),
                            nullptr) != 1 ||
      EVP_DigestSign(context.get(), signature.data(), &size, octets.data(), octets.size()) != 1)
    throw std::runtime_error("OpenSSL cannot sign");
  signature.resize(size);
  if (algorithm_ == Algorithm::ECDSAP256SHA256) return from_der(signature, 32);
  if (algorithm_ == Algorithm::ECDSAP384SHA384) return from_der(signature, 48);
  return signature;
}

}  // namespace tributary::test
