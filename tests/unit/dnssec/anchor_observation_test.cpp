#include "resolver/dnssec/anchor_observation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/dnssec_section.hpp"
#include "tests/support/dnssec/signing.hpp"

namespace tributary::dnssec {
namespace {

using test::TestKey;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t day = 86'400, start = 1'800'000'000;

/// A zone with ten days' signatures, of which the keys are given by number.
class AnchorObservation : public ::testing::Test {
 protected:
  static TestKey key(unsigned number) { return TestKey(Algorithm::ED25519, number); }
  static TestKey revoked(unsigned number) { return key(number).with_flags(257 | Dnskey::revoked); }
  static dns::Name zone() { return dns::Name::parse("example.").value(); }
  static dns::Record anchor(const TestKey& key) {
    return {zone(), dns::Type::DS, dns::Class::IN, 0, key.ds(zone())};
  }

  Rrset signed_set(std::initializer_list<TestKey> keys, std::initializer_list<TestKey> signers) const {
    auto set = test::dnskey_set(zone(), keys);
    for (const auto& signer : signers)
      test::sign(set, signer,
                 {.signer = zone(),
                  .inception = static_cast<std::uint32_t>(now - day),
                  .expiration = static_cast<std::uint32_t>(now + 10 * day)});
    return set;
  }
  ObservedKeys observe(const Rrset& set) const {
    ValidationBudget budget;
    return observe_keys(followed, set, Algorithms{}, {.now = now, .dates_count = true}, budget);
  }

  AnchorRollover followed{zone(), {anchor(key(1))}};
  std::int64_t now = start;
};

TEST_F(AnchorObservation, ASetThatAnAnchorSignedIsValidated) {
  const auto set = signed_set({key(1), key(2)}, {key(1)});
  const auto observed = observe(set);
  EXPECT_TRUE(observed.validated);
  EXPECT_EQ(observed.keys, set.rdata);
  EXPECT_THAT(observed.revoked, IsEmpty());
  EXPECT_EQ(observed.most_ttl, 3600U);
}

TEST_F(AnchorObservation, ASetThatOnlyANewKeySignedIsNot) {
  EXPECT_FALSE(observe(signed_set({key(1), key(2)}, {key(2)})).validated);
  EXPECT_FALSE(observe(signed_set({key(1)}, {})).validated);
}

TEST_F(AnchorObservation, AKeyRevokesItselfByItsOwnSignature) {
  EXPECT_THAT(observe(signed_set({revoked(1), key(2)}, {revoked(1), key(2)})).revoked,
              ElementsAre(revoked(1).dnskey()));
  EXPECT_THAT(observe(signed_set({revoked(1), key(2)}, {key(2)})).revoked, IsEmpty());
}

TEST_F(AnchorObservation, ARevokedKeyValidatesNothing) {
  const auto observed = observe(signed_set({revoked(1)}, {revoked(1)}));
  EXPECT_FALSE(observed.validated);
  EXPECT_THAT(observed.revoked, ElementsAre(revoked(1).dnskey()));
}

TEST_F(AnchorObservation, KeysThatAreNoAnchorsCannotMakeItDear) {
  EXPECT_THAT(observe(signed_set({key(1), revoked(2)}, {key(1), revoked(2)})).revoked, IsEmpty());
}

TEST_F(AnchorObservation, ARolloverAsAWhole) {
  const auto see = [this](std::initializer_list<TestKey> keys, std::initializer_list<TestKey> signers) {
    followed.observe(observe(signed_set(keys, signers)), now);
    now += day;
  };
  see({key(1)}, {key(1)});
  for (int days = 0; days <= 30; ++days) see({key(1), key(2)}, {key(1)});
  EXPECT_EQ(followed.anchors().size(), 2U);
  see({key(1), key(2)}, {key(2)});
  see({revoked(1), key(2)}, {revoked(1), key(2)});
  EXPECT_THAT(followed.anchors(), ElementsAre(key(2).ds(zone())));
  see({key(2)}, {key(2)});
  EXPECT_THAT(followed.anchors(), ElementsAre(key(2).ds(zone())));
}

// From the root's keys themselves (https://data.iana.org/root-anchors/).
constexpr auto ksk_2017 =
    ". IN DNSKEY 257 3 8 "
    "AwEAAaz/tAm8yTn4Mfeh5eyI96WSVexTBAvkMgJzkKTOiW1vkIbzxeF3+/4RgWOq7HrxRixHlFlExOLAJr5emLvN7SWXgnLh4+B5xQlN"
    "Vz8Og8kvArMtNROxVQuCaSnIDdD5LKyWbRd2n9WGe2R8PzgCmr3EgVLrjyBxWezF0jLHwVN8efS3rCj/EWgvIWgb9tarpVUDK/b58Da+"
    "sqqls3eNbuv7pr+eoZG+SrDK6nWeL3c6H5Apxz7LjVc1uTIdsIXxuOLYA4/ilBmSVIzuDWfdRUfhHdY6+cn8HFRm+2hM8AnXGXws9555"
    "KrUB5qihylGa8subX2Nn6UwNR1AkUTV74bU=";
constexpr auto ksk_2024 =
    ". IN DNSKEY 257 3 8 "
    "AwEAAa96jeuknZlaeSrvyAJj6ZHv28hhOKkx3rLGXVaC6rXTsDc449/cidltpkyGwCJNnOAlFNKF2jBosZBU5eeHspaQWOmOElZsjICM"
    "QMC3aeHbGiShvZsx4wMYSjH8e7Vrhbu6irwCzVBApESjbUdpWWmEnhathWu1jo+siFUiRAAxm9qyJNg/wOZqqzL/dL/q8PkcRU5oUKEp"
    "Uge71M3ej2/7CPqpdVwuMoTvoB+ZOT4YeGyxMvHmbrxlFzGOHOijtzN+u1TQNatX2XBuzZNQ1K+s2CXkPIZo7s6JgZyvaBevYtxPvYLw"
    "4z9mR7K2vaF18UYH9Z9GNUUeayffKC73PYc=";

class RootRollover : public ::testing::Test {
 protected:
  static Rdata key(const char* line) { return policy::parse_trust_anchor(line).value().rdata; }
  static Rdata revoked(const char* line) {
    auto rdata = key(line);
    rdata[1] |= Dnskey::revoked;
    return rdata;
  }
  void see(std::vector<Rdata> keys, std::vector<Rdata> revoked = {}) {
    followed.observe(
        {.validated = true, .keys = std::move(keys), .revoked = std::move(revoked), .most_ttl = 2 * day},
        now);
  }
  std::vector<std::uint16_t> anchor_tags() const {
    std::vector<std::uint16_t> out;
    for (const auto& ds : followed.anchors()) out.push_back(Ds::read(ds)->key_tag);
    return out;
  }

  AnchorRollover followed{dns::Name(), {policy::parse_trust_anchor(ksk_2017).value()}};
  std::int64_t now = start;
};

TEST_F(RootRollover, TheDefaultAnchorsNameTheRootsKeys) {
  const auto config = policy::parse_config("", "t.yaml").value();
  ASSERT_EQ(config.dnssec.trust_anchors.size(), 2U);
  EXPECT_TRUE(matches(*Ds::read(config.dnssec.trust_anchors[0].rdata), dns::Name(), key(ksk_2017)));
  EXPECT_TRUE(matches(*Ds::read(config.dnssec.trust_anchors[1].rdata), dns::Name(), key(ksk_2024)));
}

TEST_F(RootRollover, WhoKnowsOnly20326Learns38696) {
  EXPECT_THAT(anchor_tags(), ElementsAre(20326));
  see({key(ksk_2017)});
  for (int days = 0; days < 30; ++days) {
    see({key(ksk_2017), key(ksk_2024)});
    EXPECT_THAT(anchor_tags(), ElementsAre(20326));
    now += day;
  }
  see({key(ksk_2017), key(ksk_2024)});
  EXPECT_THAT(anchor_tags(), ElementsAre(20326, 38696));
  see({revoked(ksk_2017), key(ksk_2024)}, {revoked(ksk_2017)});
  EXPECT_THAT(anchor_tags(), ElementsAre(38696));
}

}  // namespace
}  // namespace tributary::dnssec
