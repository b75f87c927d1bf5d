#include "resolver/dnssec/nsec3_hash.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/dns/octets_of.hpp"

namespace tributary::dnssec {
namespace {

using dns::testing::name;

const dns::Name zone = name("example");

Nsec3Hash hash_in_text(std::string_view text) {
  return nsec3_owner_hash(name(std::string(text) + ".example"), zone).value();
}

TEST(Nsec3Hash, IsThatOfRfc5155) {  // Appendix A
  const std::pair<const char*, const char*> hashes[] = {
      {"example", "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom"},
      {"a.example", "35mthgpgcu1qg68fab165klnsnk3dpvl"},
      {"ai.example", "gjeqe526plbf1g8mklp59enfd789njgi"},
      {"ns1.example", "2t7b4g4vsa5smi47k61mv5bv1a22bojr"},
      {"ns2.example", "q04jkcevqvmu85r014c7dkba38o0ji5r"},
      {"w.example", "k8udemvp1j2f7eg6jebps17vp3n8i58h"},
      {"*.w.example", "r53bq7cc2uvmubfu5ocmm6pers9tk9en"},
      {"x.w.example", "b4um86eghhds6nea196smvmlo4ors995"},
      {"y.w.example", "ji6neoaepv8b5o6k4ev33abha8ht9fgc"},
      {"x.y.w.example", "2vptu5timamqttgl4luu9kg21e0aor3s"},
      {"xx.example", "t644ebqk9bibcna874givr6joj62mlhv"},
      {"2t7b4g4vsa5smi47k61mv5bv1a22bojr.example", "kohar7mbb8dc2ce8a9qvl8hon4k53uhi"},
  };
  ValidationBudget budget;
  Nsec3Hashes of({12, {0xaa, 0xbb, 0xcc, 0xdd}}, budget);
  for (const auto& [text, hash] : hashes) EXPECT_EQ(*of.of(name(text)), hash_in_text(hash)) << text;
}

TEST(Nsec3Hash, WithoutSaltAndIterationsIsSha1OfTheWireFormat) {
  ValidationBudget budget;
  // printf '\7example\0' | sha1sum
  const Nsec3Hash expected = {0x1d, 0xb8, 0xef, 0xa7, 0xdc, 0xb3, 0x48, 0xbd, 0xa7, 0x89,
                              0x3f, 0xca, 0x1d, 0x8b, 0xad, 0xfd, 0xb6, 0x99, 0x6b, 0x01};
  EXPECT_EQ(*Nsec3Hashes({}, budget).of(name("example")), expected);
}

TEST(Nsec3Hash, IsBlindToCase) {
  ValidationBudget budget;
  EXPECT_EQ(*Nsec3Hashes({}, budget).of(name("A.Example")), *Nsec3Hashes({}, budget).of(name("a.example")));
}

TEST(Nsec3Hashes, HashEachNameOnce) {
  ValidationBudget budget;
  Nsec3Hashes hashes({}, budget);
  for (unsigned i = 0; i < 2 * ValidationBudget::hashes; ++i) ASSERT_TRUE(hashes.of(name("a.example")));
  for (unsigned i = 1; i < ValidationBudget::hashes; ++i) ASSERT_TRUE(hashes.of(name(std::to_string(i))));
  EXPECT_FALSE(hashes.exhausted());
  EXPECT_FALSE(hashes.of(name("b.example")));
  EXPECT_TRUE(hashes.exhausted());
  EXPECT_TRUE(hashes.of(name("A.example")));
}

TEST(Nsec3OwnerHash, IsReadInAnyCase) {
  EXPECT_EQ(hash_in_text("2T7B4G4VSA5SMI47K61MV5BV1A22BOJR"),
            hash_in_text("2t7b4g4vsa5smi47k61mv5bv1a22bojr"));
  EXPECT_EQ(hash_in_text("00000000000000000000000000000000"), Nsec3Hash{});
  EXPECT_EQ(hash_in_text("0000000000000000000000000000000v")[19], 31);
  EXPECT_EQ(hash_in_text("v0000000000000000000000000000000")[0], 0xF8);
  EXPECT_TRUE(nsec3_owner_hash(name("2t7b4g4vsa5smi47k61mv5bv1a22bojr"), name(".")));
}

TEST(Nsec3OwnerHash, IsWrittenAsItIsRead) {
  for (const auto* text : {"2t7b4g4vsa5smi47k61mv5bv1a22bojr", "00000000000000000000000000000000",
                           "vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv", "0000000000000000000000000000000v"})
    EXPECT_TRUE(
        nsec3_owner(hash_in_text(text), zone).value().identical(name(std::string(text) + ".example.")))
        << text;
  const std::string label(60, 'x');
  EXPECT_FALSE(nsec3_owner({}, name(label + '.' + label + '.' + label + '.' + label)));
}

TEST(Nsec3OwnerHash, IsOneLabelOfBase32HexBelowTheZone) {
  for (const auto* text :
       {"example", "2t7b4g4vsa5smi47k61mv5bv1a22boj.example", "2t7b4g4vsa5smi47k61mv5bv1a22bojrr.example",
        "2t7b4g4vsa5smi47k61mv5bv1a22bojw.example",  // w is no digit
        "2t7b4g4vsa5smi47k61mv5bv1a22boj=.example",
        "2t7b4g4vsa5smi47k61mv5bv1a22bojr.a.example",  // another zone's
        "2t7b4g4vsa5smi47k61mv5bv1a22bojr", "."})
    EXPECT_FALSE(nsec3_owner_hash(name(text), zone)) << text;
}

}  // namespace
}  // namespace tributary::dnssec
