// Keys out of a hash of what they are for, so that a test has the same keys and tags in every run. Nothing
// that anybody should keep a secret with.
#include "tests/support/dnssec/private_keys.hpp"

#include <array>
#include <stdexcept>
#include <string>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/sha.h>

namespace tributary::test {

using dnssec::Algorithm;
using dnssec::KeyHandle;
using dnssec::Number;

namespace {

using PointHandle = std::unique_ptr<EC_POINT, dnssec::FreeWith<EC_POINT_free>>;
using GroupHandle = std::unique_ptr<EC_GROUP, dnssec::FreeWith<EC_GROUP_free>>;
using Secret = std::array<std::uint8_t, SHA512_DIGEST_LENGTH>;

void require(bool ok) {
  if (!ok) throw std::runtime_error("OpenSSL cannot make a test key");
}

Secret secret(const std::string& purpose) {
  Secret hash;
  SHA512(reinterpret_cast<const unsigned char*>(purpose.data()), purpose.size(), hash.data());
  return hash;
}

KeyHandle key_from(const char* type, OSSL_PARAM_BLD* builder) {
  const dnssec::Parameters parameters(OSSL_PARAM_BLD_to_param(builder));
  const dnssec::KeyContextHandle context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  require(EVP_PKEY_fromdata_init(context.get()) == 1 &&
          EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, parameters.get()) == 1);
  return KeyHandle(key);
}

/// A prime of 512 bits, the first two of them set, that 65537 is no divisor of, less one.
Number prime(const std::string& purpose) {
  Secret start = secret(purpose);
  start.front() |= 0xC0;
  start.back() |= 1;
  Number number = dnssec::read_number(start);
  while (BN_check_prime(number.get(), nullptr, nullptr) != 1 || BN_mod_word(number.get(), 65537) == 1)
    require(BN_add_word(number.get(), 2) == 1);
  return number;
}

KeyHandle make_rsa(const std::string& purpose) {
  const std::unique_ptr<BN_CTX, dnssec::FreeWith<BN_CTX_free>> context(BN_CTX_new());
  const Number p = prime(purpose + " p"), q = prime(purpose + " q");
  const Number modulus(BN_new()), exponent(BN_new()), order(BN_new()), inverse(BN_new());
  require(BN_set_word(exponent.get(), 65537) == 1 &&
          BN_mul(modulus.get(), p.get(), q.get(), context.get()) == 1 && BN_sub_word(p.get(), 1) == 1 &&
          BN_sub_word(q.get(), 1) == 1 && BN_mul(order.get(), p.get(), q.get(), context.get()) == 1 &&
          BN_mod_inverse(inverse.get(), exponent.get(), order.get(), context.get()) != nullptr);
  const dnssec::ParametersBuilder builder(OSSL_PARAM_BLD_new());
  require(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) == 1 &&
          OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) == 1 &&
          OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_D, inverse.get()) == 1);
  return key_from("RSA", builder.get());
}

KeyHandle make_ecdsa(const std::string& purpose, int curve, std::size_t size) {
  Secret octets = secret(purpose);
  octets.front() &= 0x7F;  // below the order of the curve
  const Number scalar = dnssec::read_number(std::span(octets).first(size));
  const GroupHandle group(EC_GROUP_new_by_curve_name(curve));
  const PointHandle point(EC_POINT_new(group.get()));
  std::vector<std::uint8_t> encoded(2 * size + 1);
  require(EC_POINT_mul(group.get(), point.get(), scalar.get(), nullptr, nullptr, nullptr) == 1 &&
          EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED, encoded.data(),
                             encoded.size(), nullptr) == encoded.size());
  const dnssec::ParametersBuilder builder(OSSL_PARAM_BLD_new());
  require(OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, OBJ_nid2sn(curve), 0) ==
              1 &&
          OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, encoded.data(),
                                           encoded.size()) == 1 &&
          OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, scalar.get()) == 1);
  return key_from("EC", builder.get());
}

KeyHandle make_eddsa(const std::string& purpose, const char* type, std::size_t size) {
  const Secret octets = secret(purpose);
  KeyHandle key(EVP_PKEY_new_raw_private_key_ex(nullptr, type, nullptr, octets.data(), size));
  require(key != nullptr);
  return key;
}

std::vector<std::uint8_t> rsa_octets(EVP_PKEY* key) {
  BIGNUM* modulus = nullptr;
  require(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &modulus) == 1);
  const Number owned(modulus);
  std::vector<std::uint8_t> octets{3, 1, 0, 1};  // 65537, its length in front
  octets.resize(octets.size() + static_cast<std::size_t>(BN_num_bytes(modulus)));
  BN_bn2bin(modulus, octets.data() + 4);
  return octets;
}

std::vector<std::uint8_t> ecdsa_octets(EVP_PKEY* key) {
  std::vector<std::uint8_t> octets(128);
  std::size_t size = 0;
  require(EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, octets.data(), octets.size(),
                                          &size) == 1);
  return {octets.begin() + 1, octets.begin() + static_cast<std::ptrdiff_t>(size)};
}

std::vector<std::uint8_t> eddsa_octets(EVP_PKEY* key) {
  std::size_t size = 0;
  require(EVP_PKEY_get_raw_public_key(key, nullptr, &size) == 1);
  std::vector<std::uint8_t> octets(size);
  require(EVP_PKEY_get_raw_public_key(key, octets.data(), &size) == 1);
  return octets;
}

}  // namespace

KeyHandle make_private_key(Algorithm algorithm, unsigned number) {
  const auto purpose = dnssec::to_text(algorithm) + ' ' + std::to_string(number);
  switch (algorithm) {
    case Algorithm::ECDSAP256SHA256:
      return make_ecdsa(purpose, NID_X9_62_prime256v1, 32);
    case Algorithm::ECDSAP384SHA384:
      return make_ecdsa(purpose, NID_secp384r1, 48);
    case Algorithm::ED25519:
      return make_eddsa(purpose, "ED25519", 32);
    case Algorithm::ED448:
      return make_eddsa(purpose, "ED448", 57);
    default:
      return make_rsa(purpose);
  }
}

std::vector<std::uint8_t> public_octets(EVP_PKEY* key, Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::ECDSAP256SHA256:
    case Algorithm::ECDSAP384SHA384:
      return ecdsa_octets(key);
    case Algorithm::ED25519:
    case Algorithm::ED448:
      return eddsa_octets(key);
    default:
      return rsa_octets(key);
  }
}

}  // namespace tributary::test
