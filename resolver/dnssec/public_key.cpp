#include "resolver/dnssec/public_key.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "dns/octets.hpp"
#include "resolver/dnssec/openssl_handles.hpp"

namespace tributary::dnssec {

namespace {

/// How OpenSSL calls what an algorithm is made of.
struct Scheme {
  const char* key_type;
  const char* group = nullptr;   ///< Of ECDSA.
  const char* digest = nullptr;  ///< EdDSA has none.
  std::size_t part = 0;          ///< Octets of each of the two numbers in a key or signature of ECDSA.
};

std::optional<Scheme> scheme_of(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::RSASHA1:
    case Algorithm::RSASHA1_NSEC3_SHA1:
      return Scheme{.key_type = "RSA", .digest = "SHA1"};
    case Algorithm::RSASHA256:
      return Scheme{.key_type = "RSA", .digest = "SHA256"};
    case Algorithm::RSASHA512:
      return Scheme{.key_type = "RSA", .digest = "SHA512"};
    case Algorithm::ECDSAP256SHA256:
      return Scheme{.key_type = "EC", .group = "P-256", .digest = "SHA256", .part = 32};
    case Algorithm::ECDSAP384SHA384:
      return Scheme{.key_type = "EC", .group = "P-384", .digest = "SHA384", .part = 48};
    case Algorithm::ED25519:
      return Scheme{.key_type = "ED25519"};
    case Algorithm::ED448:
      return Scheme{.key_type = "ED448"};
  }
  return {};
}

KeyHandle key_from(const char* type, OSSL_PARAM* parameters) {
  const KeyContextHandle context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1)
    return nullptr;
  return KeyHandle(key);
}

/// The length of the exponent (in one octet, or in three that begin with 0), the exponent, the modulus (RFC
/// 3110 §2).
KeyHandle read_rsa(Octets octets) {
  constexpr int least_bits = 512, most_bits = 4096, most_exponent_bits = 64;
  if (octets.size() < 3) return nullptr;
  const bool is_long = octets[0] == 0;
  const std::size_t length = is_long ? std::size_t{octets[1]} << 8 | octets[2] : octets[0];
  octets = octets.subspan(is_long ? 3 : 1);
  if (length == 0 || length >= octets.size()) return nullptr;

  const auto exponent = read_number(octets.first(length)), modulus = read_number(octets.subspan(length));
  if (!exponent || BN_num_bits(exponent.get()) > most_exponent_bits || !modulus ||
      BN_num_bits(modulus.get()) < least_bits || BN_num_bits(modulus.get()) > most_bits)
    return nullptr;
  const ParametersBuilder builder(OSSL_PARAM_BLD_new());
  if (!builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) != 1)
    return nullptr;
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  return parameters ? key_from("RSA", parameters.get()) : nullptr;
}

/// A point: its two coordinates (RFC 6605 §4). OpenSSL checks that it lies on the curve.
KeyHandle read_ecdsa(const Scheme& scheme, Octets octets) {
  constexpr std::uint8_t uncompressed = 4;
  if (octets.size() != 2 * scheme.part) return nullptr;
  std::vector<std::uint8_t> point{uncompressed};
  point.insert(point.end(), octets.begin(), octets.end());
  std::array parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, const_cast<char*>(scheme.group), 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
      OSSL_PARAM_construct_end()};
  return key_from("EC", parameters.data());
}

KeyHandle read_key(const Scheme& scheme, Octets octets) {
  if (scheme.group != nullptr) return read_ecdsa(scheme, octets);
  if (scheme.digest != nullptr) return read_rsa(octets);
  return KeyHandle(
      EVP_PKEY_new_raw_public_key_ex(nullptr, scheme.key_type, nullptr, octets.data(), octets.size()));
}

/// A positive INTEGER of ASN.1: shortest form, with a zero in front if the first bit is set.
void append_integer(std::vector<std::uint8_t>& out, Octets number) {
  while (number.size() > 1 && number[0] == 0) number = number.subspan(1);
  const bool padded = (number[0] & 0x80) != 0;
  out.push_back(0x02);
  out.push_back(static_cast<std::uint8_t>(number.size() + (padded ? 1 : 0)));
  if (padded) out.push_back(0);
  out.insert(out.end(), number.begin(), number.end());
}

/// OpenSSL wants the two numbers of a signature as a SEQUENCE of ASN.1: at most 102 octets in it, so that its
/// length takes one. Requires: two numbers of `part` octets, which is not 0.
std::vector<std::uint8_t> to_der(Octets signature, std::size_t part) {
  std::vector<std::uint8_t> der{0x30, 0};
  der.reserve(signature.size() + 8);
  append_integer(der, signature.first(part));
  append_integer(der, signature.subspan(part));
  der[1] = static_cast<std::uint8_t>(der.size() - 2);
  return der;
}

bool verify(EVP_MD_CTX* context, Octets data, Octets signature) {
  return EVP_DigestVerify(context, signature.data(), signature.size(), data.data(), data.size()) == 1;
}

const EVP_MD* digest_for(DigestType type) {
  static const DigestHandle sha1(EVP_MD_fetch(nullptr, "SHA1", nullptr)),
      sha256(EVP_MD_fetch(nullptr, "SHA256", nullptr)), sha384(EVP_MD_fetch(nullptr, "SHA384", nullptr));
  switch (type) {
    case DigestType::SHA1:
      return sha1.get();
    case DigestType::SHA256:
      return sha256.get();
    case DigestType::SHA384:
      return sha384.get();
  }
  return nullptr;
}

}  // namespace

void PublicKey::Free::operator()(EVP_MD_CTX* context) const {
  EVP_MD_CTX_free(context);
}

PublicKey::PublicKey(Context prepared, const Dnskey& dnskey)
    : prepared_(std::move(prepared)),
      algorithm_(dnskey.algorithm),
      tag_(dnskey.tag),
      is_entry_point_((dnskey.flags & Dnskey::secure_entry_point) != 0) {}

std::optional<PublicKey> PublicKey::read(const Dnskey& dnskey) {
  const NoErrorsLeft no_errors_left;
  const auto scheme = scheme_of(dnskey.algorithm);
  if (!scheme) return {};
  const auto key = read_key(*scheme, dnskey.public_key);
  Context prepared(EVP_MD_CTX_new());
  if (!key || !prepared ||
      EVP_DigestVerifyInit_ex(prepared.get(), nullptr, scheme->digest, nullptr, nullptr, key.get(),
                              nullptr) != 1)
    return {};
  return PublicKey(std::move(prepared), dnskey);
}

bool PublicKey::verifies(Octets data, Octets signature) const {
  const NoErrorsLeft no_errors_left;
  const Context context(EVP_MD_CTX_new());
  if (!context || EVP_MD_CTX_copy_ex(context.get(), prepared_.get()) != 1) return false;
  const std::size_t part = scheme_of(algorithm_)->part;
  if (part == 0) return verify(context.get(), data, signature);
  return signature.size() == 2 * part && verify(context.get(), data, to_der(signature, part));
}

std::vector<std::uint8_t> digest_of(const dns::Name& owner, Octets dnskey_rdata, DigestType type) {
  const EVP_MD* digest = digest_for(type);
  if (digest == nullptr) return {};
  const auto name = owner.lower_cased();
  std::vector<std::uint8_t> octets(name.wire().begin(), name.wire().end());
  octets.insert(octets.end(), dnskey_rdata.begin(), dnskey_rdata.end());
  std::vector<std::uint8_t> out(static_cast<std::size_t>(EVP_MD_get_size(digest)));
  if (EVP_Digest(octets.data(), octets.size(), out.data(), nullptr, digest, nullptr) != 1) return {};
  return out;
}

bool matches(const Ds& ds, const dns::Name& owner, Octets dnskey_rdata) {
  const auto digest = digest_of(owner, dnskey_rdata, ds.digest_type);
  return !digest.empty() && std::ranges::equal(digest, ds.digest);
}

std::vector<std::uint8_t> ds_of(const dns::Name& owner, Octets dnskey_rdata) {
  const auto key = *Dnskey::read(dnskey_rdata);
  std::vector<std::uint8_t> out;
  dns::append_u16(out, key.tag);
  out.push_back(static_cast<std::uint8_t>(key.algorithm));
  out.push_back(static_cast<std::uint8_t>(DigestType::SHA256));
  const auto digest = digest_of(owner, dnskey_rdata, DigestType::SHA256);
  out.insert(out.end(), digest.begin(), digest.end());
  return out;
}

}  // namespace tributary::dnssec
