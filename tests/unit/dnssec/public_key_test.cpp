#include "resolver/dnssec/public_key.hpp"

#include <algorithm>
#include <thread>

#include <gtest/gtest.h>
#include <openssl/err.h>

#include "tests/unit/dnssec/samples.hpp"

namespace tributary::dnssec {
namespace {

using test::rrset;
using test::TestKey;
using Bytes = std::vector<std::uint8_t>;

constexpr Algorithm algorithms[] = {
    Algorithm::RSASHA1,         Algorithm::RSASHA1_NSEC3_SHA1, Algorithm::RSASHA256, Algorithm::RSASHA512,
    Algorithm::ECDSAP256SHA256, Algorithm::ECDSAP384SHA384,    Algorithm::ED25519,   Algorithm::ED448,
};

const Bytes data{'d', 'a', 't', 'a'};

std::optional<PublicKey> read_key(Algorithm algorithm, const Bytes& octets) {
  Dnskey key;
  key.algorithm = algorithm;
  key.public_key = octets;
  return PublicKey::read(key);
}

PublicKey public_half(const TestKey& key) {
  const auto rdata = key.dnskey();
  return PublicKey::read(Dnskey::read(rdata).value()).value();
}

class EveryAlgorithm : public ::testing::TestWithParam<Algorithm> {
 protected:
  const TestKey key{GetParam()};
  const PublicKey half = public_half(key);
  const Bytes signature = key.signature_of(data);
};

TEST_P(EveryAlgorithm, KnowsItsSignature) {
  EXPECT_TRUE(half.verifies(data, signature));
  EXPECT_TRUE(half.verifies(data, signature)) << "again";
  EXPECT_EQ(half.tag(), key.tag());
  EXPECT_EQ(half.algorithm(), GetParam());
}

TEST_P(EveryAlgorithm, KnowsNoOther) {
  const TestKey other(GetParam(), 2);
  EXPECT_NE(other.tag(), key.tag());
  EXPECT_FALSE(half.verifies(data, other.signature_of(data)));
  EXPECT_FALSE(half.verifies(Bytes{'D'}, signature));
  EXPECT_FALSE(half.verifies({}, signature));
}

TEST_P(EveryAlgorithm, RefusesASignatureWithAnyOctetChanged) {
  for (std::size_t i = 0; i < signature.size(); ++i) {
    Bytes changed = signature;
    changed[i] ^= 0x40;
    EXPECT_FALSE(half.verifies(data, changed)) << i;
  }
}

TEST_P(EveryAlgorithm, RefusesSignaturesOfOtherLengths) {
  for (std::size_t length = 0; length < signature.size(); ++length)
    EXPECT_FALSE(half.verifies(data, Octets(signature).first(length))) << length;
  Bytes longer = signature;
  longer.push_back(0);
  EXPECT_FALSE(half.verifies(data, longer));
  longer.resize(65'000);
  EXPECT_FALSE(half.verifies(data, longer));
}

TEST_P(EveryAlgorithm, RefusesSignaturesOfOneOctetRepeated) {
  for (const std::uint8_t octet : Bytes{0x00, 0x01, 0x7F, 0x80, 0xFF})
    EXPECT_FALSE(half.verifies(data, Bytes(signature.size(), octet))) << int{octet};
}

TEST_P(EveryAlgorithm, RefusesKeysThatAreCutOff) {
  const auto rdata = key.dnskey();
  const Bytes octets(rdata.begin() + 4, rdata.end());
  const bool is_rsa = octets[0] == 3;
  const std::size_t least_rsa = 4 + 512 / 8;
  for (std::size_t length = 0; length < (is_rsa ? least_rsa : octets.size()); ++length)
    EXPECT_FALSE(read_key(GetParam(), Bytes(octets.begin(), octets.begin() + static_cast<long>(length))))
        << length;
  Bytes longer = octets;
  longer.push_back(0);
  EXPECT_EQ(read_key(GetParam(), longer).has_value(), is_rsa) << "any length is good for a modulus";
}

TEST_P(EveryAlgorithm, LeavesNoErrorsForTls) {
  ERR_clear_error();
  half.verifies(data, Bytes(signature.size()));
  half.verifies(data, Bytes(3));
  read_key(GetParam(), Bytes(64));
  EXPECT_EQ(ERR_peek_error(), 0u);
}

INSTANTIATE_TEST_SUITE_P(Algorithms, EveryAlgorithm, ::testing::ValuesIn(algorithms),
                         [](const auto& row) { return std::to_string(static_cast<int>(row.param)); });

TEST(PublicKeyThreads, ShareAKey) {
  for (const Algorithm algorithm : algorithms) {
    const TestKey key(algorithm);
    const PublicKey half = public_half(key);
    const Bytes signature = key.signature_of(data);
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread)
      threads.emplace_back([&] {
        for (int round = 0; round < 20; ++round) EXPECT_TRUE(half.verifies(data, signature));
      });
  }
}

TEST(RsaKeys, AreOfAllowedSizes) {
  struct Row {
    const char* what;
    Bytes exponent;
    std::size_t modulus_bits;
    bool allowed;
  };
  const Bytes f4{1, 0, 1};
  for (const auto& [what, exponent, modulus_bits, allowed] : {
           Row{"least modulus", f4, 512, true},
           Row{"smaller modulus", f4, 504, false},
           Row{"largest modulus", f4, 4096, true},
           Row{"larger modulus", f4, 4104, false},
           Row{"huge modulus", f4, 65'000 * 8, false},
           Row{"largest exponent", Bytes(8, 0xFF), 2048, true},
           Row{"larger exponent", Bytes(9, 0xFF), 2048, false},
           Row{"huge exponent", Bytes(4000, 0xFF), 2048, false},
       }) {
    Bytes octets{0, static_cast<std::uint8_t>(exponent.size() >> 8),
                 static_cast<std::uint8_t>(exponent.size())};
    octets.insert(octets.end(), exponent.begin(), exponent.end());
    octets.resize(octets.size() + modulus_bits / 8, 0xFF);
    EXPECT_EQ(read_key(Algorithm::RSASHA256, octets).has_value(), allowed) << what;
  }
}

TEST(RsaKeys, HaveAnExponentAndAModulus) {
  for (const Bytes& octets : {Bytes{}, Bytes{0}, Bytes{0, 0}, Bytes{0, 0, 0}, Bytes{3, 1, 0, 1}, Bytes{1, 3},
                              Bytes{0, 0, 1, 3}, Bytes{0, 0xFF, 0xFF, 1, 2, 3}})
    EXPECT_FALSE(read_key(Algorithm::RSASHA256, octets)) << ::testing::PrintToString(octets);
  EXPECT_FALSE(read_key(Algorithm::RSASHA256, Bytes(260))) << "exponent of no octets";
}

TEST(RsaKeys, OfStrangeNumbersVerifyNothing) {
  for (const std::uint8_t last : Bytes{0x00, 0x01, 0x02}) {
    Bytes octets{1, last};  // the exponent
    octets.resize(2 + 128, 0xFF);
    octets.back() = last;  // an even modulus, for some
    const auto key = read_key(Algorithm::RSASHA256, octets);
    for (const std::uint8_t octet : Bytes{0x00, 0x01, 0xFF})
      EXPECT_FALSE(key && key->verifies(data, Bytes(128, octet))) << int{last};
  }
}

TEST(EcdsaKeys, LieOnTheCurve) {
  EXPECT_FALSE(read_key(Algorithm::ECDSAP256SHA256, Bytes(64))) << "the point at infinity, perhaps";
  EXPECT_FALSE(read_key(Algorithm::ECDSAP256SHA256, Bytes(64, 0xFF)));
  EXPECT_FALSE(read_key(Algorithm::ECDSAP384SHA384, Bytes(96, 1)));
}

TEST(Keys, OfUnknownAlgorithmsAreNone) {
  const auto rdata = TestKey(Algorithm::RSASHA256).dnskey();
  const Bytes octets(rdata.begin() + 4, rdata.end());
  for (const std::uint8_t number : Bytes{0, 1, 3, 6, 9, 11, 12, 17, 252, 253, 254, 255})
    EXPECT_FALSE(read_key(Algorithm{number}, octets)) << int{number};
}

TEST(DsDigests, AreMadeOfTheOwnerInSmallLettersAndTheKey) {
  const TestKey key(Algorithm::ED25519);
  for (const auto type : {DigestType::SHA1, DigestType::SHA256, DigestType::SHA384}) {
    const auto rdata = key.ds(name("example."), type);
    const Ds ds = Ds::read(rdata).value();
    EXPECT_TRUE(matches(ds, name("EXAMPLE."), key.dnskey()));
    EXPECT_FALSE(matches(ds, name("example.net."), key.dnskey()));
    EXPECT_FALSE(matches(ds, name("example."), TestKey(Algorithm::ED25519, 2).dnskey()));
  }
}

TEST(DsDigests, OfAWrongLengthMatchNothing) {
  const TestKey key(Algorithm::ED25519);
  auto rdata = key.ds(name("example."));
  rdata.push_back(0);
  EXPECT_FALSE(matches(Ds::read(rdata).value(), name("example."), key.dnskey()));
  for (rdata.pop_back(); rdata.size() > 4;) {
    rdata.pop_back();
    EXPECT_FALSE(matches(Ds::read(rdata).value(), name("example."), key.dnskey())) << rdata.size();
  }
}

TEST(DsDigests, OfUnknownTypesMatchNothing) {
  const Bytes rdata{0, 0, 15, 3};
  EXPECT_FALSE(matches(Ds::read(rdata).value(), name("example."), TestKey(Algorithm::ED25519).dnskey()));
  EXPECT_TRUE(digest_of(name("example."), {}, DigestType{3}).empty());
}

}  // namespace
}  // namespace tributary::dnssec
