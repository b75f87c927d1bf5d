#include "resolver/dnssec/signature_check.hpp"

#include <gtest/gtest.h>

#include "tests/unit/dnssec/samples.hpp"

namespace tributary::dnssec {
namespace {

using dns::ExtendedError;
using test::rrset;
using test::SignatureFields;
using test::TestKey;

class SignatureCheck : public ::testing::Test {
 protected:
  SignatureCheck() {
    for (const TestKey& one : {key, other}) keys.keys.push_back(public_half(one));
  }

  static PublicKey public_half(const TestKey& key) {
    const auto rdata = key.dnskey();
    return PublicKey::read(Dnskey::read(rdata).value()).value();
  }

  tl::expected<SignatureProof, Reason> check(ProofFor proof_for = ProofFor::query) {
    return check_signatures(set, keys, time, budget, proof_for);
  }

  /// The code of the error; nothing if the set is secure.
  std::optional<ExtendedError> error() {
    const auto proof = check();
    if (proof) return {};
    EXPECT_FALSE(proof.error().text.empty());
    return proof.error().code;
  }

  unsigned checks_left() const {
    ValidationBudget copy = budget;
    unsigned points = 0;
    for (; copy.may_check(); ++points) copy.check_succeeded();
    return points;
  }
  static constexpr unsigned all = ValidationBudget::signature_points;

  const TestKey key{Algorithm::ECDSAP256SHA256, 1}, other{Algorithm::ED25519, 2},
      foreign{Algorithm::ED25519, 3};
  ZoneKeys keys{name("example."), {}};
  Rrset set = rrset({"www.example. 300 IN A 192.0.2.1", "www.example. 300 IN A 192.0.2.2"});
  SignatureTime time{.now = now};
  ValidationBudget budget;
};

TEST_F(SignatureCheck, AcceptsAGoodSignature) {
  sign(set, key, by("example."));
  const auto proof = check();
  ASSERT_TRUE(proof) << proof.error().text;
  EXPECT_EQ(proof->most_ttl, 300u);
  EXPECT_EQ(proof->labels, 2);
  EXPECT_EQ(proof->key_tag, key.tag());
  EXPECT_EQ(checks_left(), all - 1);
}

TEST_F(SignatureCheck, CostsNothingForWhatServesEverybody) {
  sign(set, key, by("example."));
  EXPECT_TRUE(check(ProofFor::everybody));
  EXPECT_EQ(checks_left(), all);
}

TEST_F(SignatureCheck, CostsTwiceWhenItFailsWhomeverItServes) {
  sign(set, key, by("example."));
  set.rdata.pop_back();
  EXPECT_FALSE(check(ProofFor::everybody));
  EXPECT_EQ(checks_left(), all - 2);
}

TEST_F(SignatureCheck, TakesTheFirstGoodSignature) {
  auto wrong = rrsig(set, key, by("example."));
  wrong.back() ^= 1;
  set.signatures.push_back(wrong);
  sign(set, other, by("example."));
  sign(set, key, by("example."));
  EXPECT_EQ(check()->key_tag, other.tag());
  EXPECT_EQ(checks_left(), all - 3);
}

TEST_F(SignatureCheck, RefusesAChangedRecord) {
  sign(set, key, by("example."));
  set.rdata[0][3] ^= 1;
  EXPECT_EQ(error(), ExtendedError::dnssec_bogus);
}

TEST_F(SignatureCheck, RefusesAMissingOrAddedRecord) {
  sign(set, key, by("example."));
  const Rrset whole = set;
  set.rdata.pop_back();
  EXPECT_EQ(error(), ExtendedError::dnssec_bogus);
  set = whole;
  set.rdata.push_back({192, 0, 2, 3});
  EXPECT_EQ(error(), ExtendedError::dnssec_bogus);
}

TEST_F(SignatureCheck, IsNotMisledByOrderCaseTtlOrDoubledRecords) {
  sign(set, key, by("example."));
  std::swap(set.rdata[0], set.rdata[1]);
  set.rdata.push_back(set.rdata[0]);
  set.owner = name("WwW.eXaMpLe.");
  set.ttl = 7;
  EXPECT_TRUE(check());
}

TEST_F(SignatureCheck, LimitsTheTtlToTheSignedOne) {
  set.ttl = 300;
  sign(set, key, by("example."));
  set.ttl = 86400;
  EXPECT_EQ(check()->most_ttl, 300u);
}

TEST_F(SignatureCheck, LimitsTheTtlToTheRestOfTheSignaturesLife) {
  sign(set, key, {.signer = name("example."), .inception = now - day, .expiration = now + 20});
  EXPECT_EQ(check()->most_ttl, 20u);
}

TEST_F(SignatureCheck, AllowsNoTtlWhereOnlyTheToleranceHelps) {
  sign(set, key, {.signer = name("example."), .inception = now - day, .expiration = now - 20});
  EXPECT_EQ(check()->most_ttl, 0u);
}

TEST_F(SignatureCheck, TellsDatesFromWrongSignatures) {
  sign(set, key, {.signer = name("example."), .inception = now - 30 * day, .expiration = now - 10 * day});
  EXPECT_EQ(error(), ExtendedError::signature_expired);
  set.signatures.clear();
  sign(set, key, {.signer = name("example."), .inception = now + 10 * day, .expiration = now + 20 * day});
  EXPECT_EQ(error(), ExtendedError::signature_not_yet_valid);
  EXPECT_EQ(checks_left(), all) << "dates are looked at first";
  auto wrong = rrsig(set, key, by("example."));
  wrong.back() ^= 1;
  set.signatures.push_back(wrong);
  EXPECT_EQ(error(), ExtendedError::signature_not_yet_valid) << "the more telling one";
  time.dates_count = false;
  EXPECT_TRUE(check());
}

TEST_F(SignatureCheck, TellsWhatIsMissing) {
  EXPECT_EQ(error(), ExtendedError::rrsigs_missing);
  sign(set, foreign, by("example."));
  EXPECT_EQ(error(), ExtendedError::dnskey_missing);
  sign(set, key, by("www.example."));
  EXPECT_EQ(error(), ExtendedError::dnskey_missing);
  EXPECT_EQ(checks_left(), all);
}

TEST_F(SignatureCheck, WantsTheSignerToBeTheZone) {
  for (const auto signer : {".", "www.example.", "example.net.", "ample.", "a.www.example."}) {
    set.signatures.clear();
    sign(set, key, by(signer));
    EXPECT_EQ(error(), ExtendedError::rrsigs_missing) << signer;
  }
  set.signatures.clear();
  sign(set, key, by("EXAMPLE."));
  EXPECT_TRUE(check()) << "in any case";
}

TEST_F(SignatureCheck, WantsTagAndAlgorithmToBeAKeys) {
  auto fields = by("example.");
  fields.key_tag = static_cast<std::uint16_t>(key.tag() + 1);
  sign(set, key, fields);
  fields = by("example.");
  fields.algorithm = Algorithm::ECDSAP384SHA384;
  sign(set, key, fields);
  EXPECT_EQ(error(), ExtendedError::dnskey_missing);
}

TEST_F(SignatureCheck, WantsTheSignatureToCoverTheType) {
  auto fields = by("example.");
  fields.covered = dns::Type::AAAA;
  sign(set, key, fields);
  EXPECT_EQ(error(), ExtendedError::rrsigs_missing);
}

TEST_F(SignatureCheck, WantsNoMoreLabelsThanTheOwnerHas) {
  for (const std::uint8_t labels : {std::uint8_t{3}, std::uint8_t{255}}) {
    auto fields = by("example.");
    fields.labels = labels;
    sign(set, key, fields);
  }
  EXPECT_EQ(error(), ExtendedError::rrsigs_missing);
}

TEST_F(SignatureCheck, WantsNoWildcardAboveTheZone) {
  auto fields = by("example.");
  fields.labels = 0;
  sign(set, key, fields);
  EXPECT_EQ(error(), ExtendedError::rrsigs_missing);
}

TEST_F(SignatureCheck, KnowsExpansionsOfAWildcard) {
  set = rrset({"*.w.example. 300 IN A 192.0.2.1"});
  sign(set, key, by("example."));
  EXPECT_EQ(check()->labels, 2) << "the wildcard itself";
  for (const auto owner : {"a.w.example.", "b.a.w.example.", "*.w.example.", "*.a.w.example."}) {
    set.owner = name(owner);
    const auto proof = check();
    ASSERT_TRUE(proof) << owner;
    EXPECT_EQ(proof->labels, 2);
  }
  for (const auto owner : {"w.example.", "a.v.example."}) {
    set.owner = name(owner);
    EXPECT_TRUE(error()) << owner;
  }
}

TEST_F(SignatureCheck, IgnoresMalformedSignatures) {
  const auto good = rrsig(set, key, by("example."));
  for (std::size_t length = 0; length < good.size(); ++length)
    set.signatures.push_back({good.begin(), good.begin() + static_cast<long>(length)});
  set.signatures.resize(25);  // those that are no RDATA of an RRSIG
  set.signatures.push_back(good);
  EXPECT_TRUE(check());
  EXPECT_EQ(checks_left(), all - 1);
}

TEST_F(SignatureCheck, FailsOnAnEmptySignature) {
  auto rdata = rrsig(set, key, by("example."));
  rdata.resize(rdata.size() - 64);
  set.signatures.push_back(rdata);
  EXPECT_EQ(error(), ExtendedError::dnssec_bogus);
}

TEST_F(SignatureCheck, EndsWhenTheBudgetDoes) {
  auto wrong = rrsig(set, key, by("example."));
  wrong.back() ^= 1;
  set.signatures.assign(100, wrong);
  sign(set, key, by("example."));
  EXPECT_EQ(error(), ExtendedError::dnssec_bogus);
  EXPECT_EQ(checks_left(), 0u);
  set.signatures.erase(set.signatures.begin(), set.signatures.end() - 1);
  EXPECT_EQ(error(), ExtendedError::dnssec_bogus) << "and stays so";
}

TEST_F(SignatureCheck, TriesBothKeysOfOneTag) {
  auto rdata = other.dnskey();
  std::swap(rdata[4], rdata[6]);  // both weigh the same in the tag
  const Dnskey twin = Dnskey::read(rdata).value();
  ASSERT_EQ(twin.tag, other.tag());
  keys.keys.clear();
  keys.keys.push_back(PublicKey::read(twin).value());
  keys.keys.push_back(public_half(other));
  sign(set, other, by("example."));
  EXPECT_TRUE(check());
  EXPECT_EQ(checks_left(), all - 3);
}

TEST(PlausibleSignature, StandsAtTheRightSideOfTheCut) {
  const TestKey key(Algorithm::ED25519);
  const auto is_plausible = [&](const Rrset& set, std::string_view signer) {
    const auto rdata = rrsig(set, key, by(signer));
    return plausible(Rrsig::read(rdata).value(), set);
  };
  const Rrset ds = test::ds_set(name("a.example."), {key}),
              dnskey = test::dnskey_set(name("a.example."), {key});
  EXPECT_TRUE(is_plausible(ds, "example."));
  EXPECT_TRUE(is_plausible(ds, "."));
  EXPECT_FALSE(is_plausible(ds, "a.example."));
  EXPECT_TRUE(is_plausible(dnskey, "a.example."));
  EXPECT_FALSE(is_plausible(dnskey, "example."));
  const Rrset rrsigs{name("a.example."), dns::Type::RRSIG, 300, {rrsig(ds, key, by("example."))}, {}};
  EXPECT_FALSE(is_plausible(rrsigs, "example.")) << "RFC 4035 2.2";
}

}  // namespace
}  // namespace tributary::dnssec
