#include "resolver/dnssec/rdata.hpp"

#include <gtest/gtest.h>

#include "tests/unit/dnssec/samples.hpp"

namespace tributary::dnssec {
namespace {

using test::rrset;
using test::TestKey;
using Bytes = std::vector<std::uint8_t>;

TEST(DnskeyRdata, IsReadIntoItsFields) {
  const Bytes rdata{1, 1, 3, 15, 0xAA, 0xBB};
  const auto key = Dnskey::read(rdata).value();
  EXPECT_EQ(key.flags, Dnskey::zone_key | Dnskey::secure_entry_point);
  EXPECT_EQ(key.protocol, 3);
  EXPECT_EQ(key.algorithm, Algorithm::ED25519);
  EXPECT_EQ(Bytes(key.public_key.begin(), key.public_key.end()), (Bytes{0xAA, 0xBB}));
  EXPECT_EQ(key.tag, 0x0101 + 0x030F + 0xAABB);
}

TEST(DnskeyRdata, MayBeWithoutAKeyButNotShorter) {
  for (std::size_t length = 0; length < 4; ++length) EXPECT_FALSE(Dnskey::read(Bytes(length))) << length;
  EXPECT_TRUE(Dnskey::read(Bytes(4))->public_key.empty());
}

TEST(DnskeyRdata, HasATagThatAddsTheCarryOnce) {
  EXPECT_EQ(Dnskey::read(Bytes(4, 0xFF))->tag, 0xFFFF);
  EXPECT_EQ(Dnskey::read(Bytes(65535, 0xFF))->tag, 0x7FFF + 0x7F01);  // 32,767 × FFFF + FF00
}

TEST(DnskeyRdata, MaySignOnlyAsAZoneKeyOfProtocolThreeThatIsNotRevoked) {
  struct Row {
    Bytes rdata;
    bool may_sign;
  };
  for (const auto& [rdata, may_sign] : {
           Row{{1, 0, 3, 8}, true},
           Row{{1, 1, 3, 8}, true},
           Row{{0xFF, 0x7F, 3, 8}, true},  // bits without a meaning
           Row{{0, 1, 3, 8}, false},
           Row{{1, 0x80, 3, 8}, false},
           Row{{1, 0x81, 3, 8}, false},
           Row{{1, 0, 2, 8}, false},
           Row{{1, 0, 255, 8}, false},
       })
    EXPECT_EQ(Dnskey::read(rdata)->may_sign(), may_sign) << ::testing::PrintToString(rdata);
}

TEST(DsRdata, IsReadIntoItsFields) {
  const Bytes rdata{0x12, 0x34, 13, 2, 9, 8, 7};
  const auto ds = Ds::read(rdata).value();
  EXPECT_EQ(ds.key_tag, 0x1234);
  EXPECT_EQ(ds.algorithm, Algorithm::ECDSAP256SHA256);
  EXPECT_EQ(ds.digest_type, DigestType::SHA256);
  EXPECT_EQ(ds.digest.size(), 3u);
}

TEST(DsRdata, IsAtLeastFourOctets) {
  for (std::size_t length = 0; length < 4; ++length) EXPECT_FALSE(Ds::read(Bytes(length))) << length;
  EXPECT_TRUE(Ds::read(Bytes(4))->digest.empty());
}

TEST(RrsigRdata, IsReadIntoItsFields) {
  const Rrset set = rrset({"a.example. 60 IN RRSIG TYPE65280 13 2 3600 4294967295 1 55648 eXample. AQID"});
  const auto signature = Rrsig::read(set.rdata[0]).value();
  EXPECT_EQ(signature.covered, dns::Type{65280});
  EXPECT_EQ(signature.algorithm, Algorithm::ECDSAP256SHA256);
  EXPECT_EQ(signature.labels, 2);
  EXPECT_EQ(signature.original_ttl, 3600u);
  EXPECT_EQ(signature.expiration, 0xFFFFFFFF);
  EXPECT_EQ(signature.inception, 1u);
  EXPECT_EQ(signature.key_tag, 55648);
  EXPECT_TRUE(signature.signer.identical(name("eXample.")));
  EXPECT_EQ(Bytes(signature.signature.begin(), signature.signature.end()), (Bytes{1, 2, 3}));
  EXPECT_EQ(signature.signed_part.size() + 3, set.rdata[0].size());
}

TEST(RrsigRdata, MustBeComplete) {
  const Rrset set = rrset({"a.example. 60 IN RRSIG A 13 2 3600 4 1 55648 example. AQID"});
  const auto without_signature = set.rdata[0].size() - 3;
  for (std::size_t length = 0; length < without_signature; ++length)
    EXPECT_FALSE(Rrsig::read(Octets(set.rdata[0]).first(length))) << length;
  EXPECT_TRUE(Rrsig::read(Octets(set.rdata[0]).first(without_signature))->signature.empty());
}

TEST(RrsigRdata, HasASignerWithoutCompression) {
  Bytes rdata(18);
  rdata.insert(rdata.end(), {0xC0, 0x00, 1, 2, 3});
  EXPECT_FALSE(Rrsig::read(rdata));
}

TEST(SupportedAlgorithms, LeaveOutSha1UntilAskedFor) {
  const auto supported = [](Algorithms algorithms) {
    std::vector<int> all;
    for (int number = 0; number < 256; ++number)
      if (algorithms.supports(Algorithm{static_cast<std::uint8_t>(number)})) all.push_back(number);
    return all;
  };
  EXPECT_EQ(supported({}), (std::vector<int>{8, 10, 13, 14, 15, 16}));
  EXPECT_EQ(supported({.sha1 = true}), (std::vector<int>{5, 7, 8, 10, 13, 14, 15, 16}));
}

TEST(SupportedAlgorithms, LeaveOutUnknownDigests) {
  std::vector<int> all;
  for (int number = 0; number < 256; ++number)
    if (Algorithms::supports(DigestType{static_cast<std::uint8_t>(number)})) all.push_back(number);
  EXPECT_EQ(all, (std::vector<int>{1, 2, 4}));
}

TEST(SupportedAlgorithms, HaveNames) {
  EXPECT_EQ(to_text(Algorithm::ED448), "ED448");
  EXPECT_EQ(to_text(Algorithm{99}), "ALGORITHM99");
}

}  // namespace
}  // namespace tributary::dnssec
