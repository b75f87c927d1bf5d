#include <algorithm>

#include <gtest/gtest.h>

#include "dns/octets.hpp"
#include "resolver/dnssec/signature_check.hpp"
#include "tests/unit/dnssec/samples.hpp"

namespace tributary::dnssec {
namespace {

using dns::ExtendedError;
using test::dnskey_set;
using test::ds_set;
using test::TestKey;

constexpr auto revoked = TestKey::for_keys | Dnskey::revoked;

class AuthenticateKeys : public ::testing::Test {
 protected:
  tl::expected<AuthenticatedKeys, Reason> authenticate() {
    return authenticate_keys(set, read_ds(ds), algorithms, {.now = now}, budget);
  }

  std::optional<ExtendedError> error() {
    const auto keys = authenticate();
    if (keys) return {};
    EXPECT_FALSE(keys.error().text.empty());
    return keys.error().code;
  }

  const dns::Name zone = name("example.");
  const TestKey key{Algorithm::ECDSAP256SHA256, 1};
  const TestKey zone_key{Algorithm::ED25519, 2, TestKey::for_records};
  Rrset set = dnskey_set(zone, {key, zone_key});
  Rrset ds = ds_set(zone, {key});
  Algorithms algorithms;
  ValidationBudget budget;
};

TEST_F(AuthenticateKeys, GivesAllKeysOfASetThatAVouchedOneSigned) {
  sign(set, key, by("example."));
  const auto keys = authenticate();
  ASSERT_TRUE(keys) << keys.error().text;
  EXPECT_EQ(keys->keys.zone, zone);
  ASSERT_EQ(keys->keys.keys.size(), 2u);
  EXPECT_EQ(keys->keys.keys[1].tag(), zone_key.tag());
  EXPECT_EQ(keys->proof.key_tag, key.tag());
  EXPECT_EQ(keys->proof.most_ttl, 3600u);
}

TEST_F(AuthenticateKeys, WorksForEveryAlgorithmAndDigest) {
  algorithms.sha1 = true;
  for (const int number : {5, 7, 8, 10, 13, 14, 15, 16})
    for (const auto digest : {DigestType::SHA1, DigestType::SHA256, DigestType::SHA384}) {
      const TestKey one(Algorithm{static_cast<std::uint8_t>(number)});
      set = dnskey_set(zone, {one});
      sign(set, one, by("example."));
      ds = ds_set(zone, {one}, digest);
      const auto keys = authenticate();
      EXPECT_TRUE(keys) << number << ": " << keys.error().text;
    }
}

TEST_F(AuthenticateKeys, WantsTheVouchedKeyToSign) {
  sign(set, zone_key, by("example."));
  EXPECT_EQ(error(), ExtendedError::dnskey_missing);
}

TEST_F(AuthenticateKeys, WantsADsOfOneOfTheKeys) {
  sign(set, key, by("example."));
  ds = ds_set(zone, {TestKey(Algorithm::ECDSAP256SHA256, 9)});
  EXPECT_EQ(error(), ExtendedError::dnskey_missing);
  ds = ds_set(name("example.net."), {key});
  EXPECT_EQ(error(), ExtendedError::dnskey_missing) << "of another owner";
}

TEST_F(AuthenticateKeys, IsEnoughWithOneGoodDsOfMany) {
  sign(set, key, by("example."));
  ds = ds_set(zone, {TestKey(Algorithm::ED448), TestKey(Algorithm::ED25519, 7), key});
  EXPECT_TRUE(authenticate());
}

TEST_F(AuthenticateKeys, TellsWhatIsWrongWithTheSignature) {
  EXPECT_EQ(error(), ExtendedError::rrsigs_missing);
  sign(set, key, {.signer = zone, .inception = now - 30 * day, .expiration = now - 10 * day});
  EXPECT_EQ(error(), ExtendedError::signature_expired);
  set.signatures = {rrsig(set, key, by("example."))};
  set.signatures[0].back() ^= 1;
  EXPECT_EQ(error(), ExtendedError::dnssec_bogus);
}

TEST_F(AuthenticateKeys, TrustsNoRevokedKey) {
  const TestKey gone = key.with_flags(revoked);
  set = dnskey_set(zone, {gone, zone_key});
  sign(set, gone, by("example."));
  for (const auto& vouched : {key, gone}) {
    ds = ds_set(zone, {vouched});
    EXPECT_EQ(error(), ExtendedError::dnskey_missing);
  }
}

TEST_F(AuthenticateKeys, LeavesOutRevokedKeysAndThoseThatAreNoZoneKeys) {
  set = dnskey_set(zone, {key, zone_key.with_flags(0x0001), zone_key.with_flags(revoked)});
  auto other_protocol = zone_key.dnskey();
  other_protocol[2] = 4;
  set.rdata.push_back(other_protocol);
  sign(set, key, by("example."));
  EXPECT_EQ(authenticate()->keys.keys.size(), 1u);
}

TEST_F(AuthenticateKeys, TrustsNoKeyWithoutTheZoneFlagThoughADsVouchesForIt) {
  const TestKey host = key.with_flags(0x0001);
  set = dnskey_set(zone, {host});
  sign(set, host, by("example."));
  ds = ds_set(zone, {host});
  EXPECT_EQ(error(), ExtendedError::dnskey_missing);
}

TEST_F(AuthenticateKeys, PrefersBetterDigestsToSha1) {
  sign(set, key, by("example."));
  ds = ds_set(zone, {key}, DigestType::SHA1);
  EXPECT_TRUE(authenticate()) << "there is no better one";
  for (const auto better : {DigestType::SHA256, DigestType::SHA384}) {
    ds = ds_set(zone, {key}, DigestType::SHA1);
    ds.rdata.push_back(TestKey(Algorithm::ED25519, 9).ds(zone, better));
    EXPECT_EQ(error(), ExtendedError::dnskey_missing) << "RFC 4509 3";
  }
}

TEST_F(AuthenticateKeys, CountsOnlyBetterDigestsThatItSupports) {
  sign(set, key, by("example."));
  ds = ds_set(zone, {key}, DigestType::SHA1);
  auto unknown_digest = key.ds(zone), unknown_algorithm = key.ds(zone);
  unknown_digest[3] = 3;  // GOST R 34.11-94
  unknown_algorithm[2] = 99;
  ds.rdata.push_back(unknown_digest);
  ds.rdata.push_back(unknown_algorithm);
  EXPECT_TRUE(authenticate());
}

TEST_F(AuthenticateKeys, RefusesADigestOfAWrongLength) {
  sign(set, key, by("example."));
  ds.rdata[0].pop_back();
  EXPECT_TRUE(any_supported(read_ds(ds), algorithms)) << "bogus, not insecure";
  EXPECT_EQ(error(), ExtendedError::dnskey_missing);
  ds.rdata[0].resize(4);
  EXPECT_EQ(error(), ExtendedError::dnskey_missing);
}

TEST_F(AuthenticateKeys, LooksAtEightDsOnly) {
  sign(set, key, by("example."));
  auto useless = key.ds(zone);
  useless.back() ^= 1;
  ds.rdata.insert(ds.rdata.begin(), most_ds - 1, useless);
  EXPECT_TRUE(authenticate());
  ds.rdata.insert(ds.rdata.begin(), useless);
  EXPECT_EQ(error(), ExtendedError::dnskey_missing);
}

TEST_F(AuthenticateKeys, LeavesOutUnsupportedAlgorithms) {
  auto unknown = zone_key.dnskey();
  unknown[3] = 99;
  set = dnskey_set(zone, {key, TestKey(Algorithm::RSASHA1)});
  set.rdata.push_back(unknown);
  sign(set, key, by("example."));
  EXPECT_EQ(authenticate()->keys.keys.size(), 1u);
  algorithms.sha1 = true;
  EXPECT_EQ(authenticate()->keys.keys.size(), 2u);
}

TEST_F(AuthenticateKeys, SurvivesMalformedKeys) {
  set.rdata.insert(set.rdata.begin(), {{}, {1}, {1, 1, 3, 13}, {1, 1, 3, 8, 0}, {1, 1, 3, 15, 1, 2, 3}});
  sign(set, key, by("example."));
  EXPECT_EQ(authenticate()->keys.keys.size(), 2u);
}

TEST_F(AuthenticateKeys, TriesFewOfManyKeysOfOneTag) {
  // Ed25519 keys that differ by two octets of equal weight, so that the tags agree.
  set.rdata.clear();
  ds.rdata.clear();
  const TestKey good(Algorithm::ED25519, 5);
  for (std::uint8_t i = 0; i < 100; ++i) {
    auto rdata = good.dnskey();
    rdata[4] = static_cast<std::uint8_t>(100 + i);
    rdata[6] = static_cast<std::uint8_t>(200 - i);
    set.rdata.push_back(rdata);
  }
  const auto tag = Dnskey::read(set.rdata[0])->tag;
  for (const auto& rdata : set.rdata) ASSERT_EQ(Dnskey::read(rdata)->tag, tag);
  for (std::size_t i = 0; i < most_ds; ++i) {
    ds.rdata.push_back(good.ds(zone));
    dns::write_u16(ds.rdata[i], 0, tag);
    const auto digest = digest_of(zone, set.rdata[i], DigestType::SHA256);
    std::ranges::copy(digest, ds.rdata[i].begin() + 4);
  }
  auto fields = by("example.");
  fields.key_tag = tag;
  for (int i = 0; i < 100; ++i) sign(set, good, fields);
  EXPECT_EQ(error(), ExtendedError::dnssec_bogus);
  EXPECT_FALSE(budget.may_check());
}

TEST_F(AuthenticateKeys, GivesAtMostTwoKeysOfOneTag) {
  for (std::uint8_t i = 0; i < 10; ++i) {
    auto rdata = zone_key.dnskey();
    rdata[4] = i;
    rdata[6] = static_cast<std::uint8_t>(200 - i);
    set.rdata.push_back(rdata);
  }
  sign(set, key, by("example."));
  EXPECT_EQ(authenticate()->keys.keys.size(), 4u);
}

TEST_F(AuthenticateKeys, GivesABoundedNumberOfKeys) {
  for (std::uint8_t i = 0; i < 200; ++i) {
    auto rdata = zone_key.dnskey();
    rdata[4] = i;
    set.rdata.push_back(rdata);
  }
  sign(set, key, by("example."));
  EXPECT_EQ(authenticate()->keys.keys.size(), ZoneKeys::most);
}

TEST_F(AuthenticateKeys, CostsNothingWhenItSucceeds) {
  sign(set, key, by("example."));
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(authenticate());
}

TEST(SupportedDs, IsOneOfAKnownAlgorithmAndDigest) {
  const dns::Name zone = name("example.");
  const auto rdata = TestKey(Algorithm::ED25519).ds(zone);
  const auto supported = [&](std::uint8_t algorithm, std::uint8_t digest) {
    auto changed = rdata;
    changed[2] = algorithm;
    changed[3] = digest;
    const std::vector ds{Ds::read(changed).value()};
    return any_supported(ds, Algorithms());
  };
  EXPECT_TRUE(supported(15, 2));
  EXPECT_TRUE(supported(15, 1));
  EXPECT_FALSE(supported(15, 3));
  EXPECT_FALSE(supported(12, 2));
  EXPECT_FALSE(supported(5, 2)) << "SHA-1 until asked for";
  EXPECT_FALSE(any_supported({}, Algorithms()));
}

}  // namespace
}  // namespace tributary::dnssec
