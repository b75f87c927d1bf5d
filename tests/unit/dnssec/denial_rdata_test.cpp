#include "resolver/dnssec/denial_rdata.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/dns/octets_of.hpp"

namespace tributary::dnssec {
namespace {

using namespace std::string_view_literals;
using dns::Type;
using dns::testing::name;
using dns::testing::octets_of;
using dns::testing::record;
using Wire = dns::testing::Octets;

Wire nsec3_rdata(std::string_view text) {
  return record("x.example. 60 IN NSEC3 " + std::string(text)).rdata;
}

TEST(TypeBitmap, TellsTheTypesOfRfc4034) {  // the example of RFC 4034 §4.3
  const auto wire =
      octets_of({"\x00\x06\x40\x01\x00\x00\x00\x03\x04\x1b"sv, std::string(26, '\0'), "\x20"sv});
  const auto types = TypeBitmap::read(wire);
  ASSERT_TRUE(types);
  for (const auto type : {Type::A, Type::MX, Type::RRSIG, Type::NSEC, Type{1234}})
    EXPECT_TRUE(types->contains(type)) << dns::to_text(type);
  for (int type = 0; type < 65536; ++type) {
    const bool listed = type == 1 || type == 15 || type == 46 || type == 47 || type == 1234;
    ASSERT_EQ(types->contains(Type{static_cast<std::uint16_t>(type)}), listed) << type;
  }
}

TEST(TypeBitmap, TellsWhetherThereAreOtherTypes) {
  const auto rdata = record("example. 60 IN NSEC a.example. A NSEC TYPE1234").rdata;
  const auto types = Nsec::read(rdata).value().types;
  EXPECT_TRUE(types.contains_other_than({}));
  EXPECT_TRUE(types.contains_other_than({Type::NSEC, Type{1234}}));
  EXPECT_TRUE(types.contains_other_than({Type::NSEC, Type::A, Type::MX}));
  EXPECT_FALSE(types.contains_other_than({Type::NSEC, Type::A, Type{1234}}));
  EXPECT_FALSE(types.contains_other_than({Type::NSEC, Type::A, Type::MX, Type{1234}}));
  EXPECT_FALSE(TypeBitmap().contains_other_than({Type::A}));
}

TEST(TypeBitmap, MayBeEmpty) {
  const auto types = TypeBitmap::read({});
  ASSERT_TRUE(types);
  EXPECT_TRUE(types->empty());
  EXPECT_FALSE(types->contains(Type::A));
  EXPECT_FALSE(TypeBitmap().contains(Type::A));
}

TEST(TypeBitmap, RefusesMalformedWindows) {
  EXPECT_TRUE(TypeBitmap::read(octets_of({"\0\1\x40"sv, "\xff\x20"sv, std::string(32, '\1')})));
  const std::vector<std::pair<const char*, Wire>> malformed = {
      {"no length", octets_of({"\0"sv})},
      {"no octets", octets_of({"\0\0"sv})},
      {"cut off", octets_of({"\0\2\x40"sv})},
      {"a window of 33 octets", octets_of({"\0\x21"sv, std::string(33, '\1')})},
      {"a window twice", octets_of({"\0\1\x40\0\1\x40"sv})},
      {"windows out of order", octets_of({"\1\1\x40\0\1\x40"sv})},
      {"an octet too many", octets_of({"\0\1\x40\1"sv})},
  };
  for (const auto& [what, wire] : malformed) EXPECT_FALSE(TypeBitmap::read(wire)) << what;
}

TEST(NsecRdata, IsRead) {
  const auto rdata = record("alfa.example. 60 IN NSEC host.Example. A MX RRSIG NSEC TYPE1234").rdata;
  const auto nsec = Nsec::read(rdata);
  ASSERT_TRUE(nsec);
  EXPECT_EQ(nsec->next, name("host.example"));
  EXPECT_TRUE(nsec->types.contains(Type::MX));
  EXPECT_FALSE(nsec->types.contains(Type::AAAA));
}

TEST(NsecRdata, IsRefusedWhenCutOffAnywhere) {
  const auto rdata = record("alfa.example. 60 IN NSEC host.example. A MX RRSIG NSEC TYPE1234").rdata;
  const std::size_t after_name = name("host.example").wire().size(), after_first_window = after_name + 8;
  for (std::size_t size = 0; size < rdata.size(); ++size) {
    const bool whole = size == after_name || size == after_first_window;
    EXPECT_EQ(Nsec::read(Octets(rdata).first(size)).has_value(), whole) << size;
  }
}

TEST(Nsec3Rdata, IsRead) {
  const auto rdata = nsec3_rdata("1 1 12 aabbccdd 2t7b4g4vsa5smi47k61mv5bv1a22bojr MX DNSKEY NS SOA");
  const auto nsec3 = Nsec3::read(rdata);
  ASSERT_TRUE(nsec3);
  EXPECT_EQ(nsec3->hash_algorithm, Nsec3::sha1);
  EXPECT_TRUE(nsec3->opt_out());
  EXPECT_EQ(nsec3->iterations, 12);
  EXPECT_TRUE(std::ranges::equal(nsec3->salt, octets_of({"\xaa\xbb\xcc\xdd"sv})));
  EXPECT_EQ(nsec3->next_hash.size(), 20u);
  EXPECT_TRUE(nsec3->types.contains(Type::DNSKEY));
  EXPECT_FALSE(nsec3->types.contains(Type::A));
}

TEST(Nsec3Rdata, MayHaveNoSaltAndNoTypes) {
  const auto rdata = nsec3_rdata("1 0 0 - 2t7b4g4vsa5smi47k61mv5bv1a22bojr");
  const auto nsec3 = Nsec3::read(rdata);
  ASSERT_TRUE(nsec3);
  EXPECT_FALSE(nsec3->opt_out());
  EXPECT_TRUE(nsec3->salt.empty());
  EXPECT_TRUE(nsec3->types.empty());
}

TEST(Nsec3Rdata, IsRefusedWhenCutOffAnywhere) {
  const auto rdata = nsec3_rdata("1 1 12 aabbccdd 2t7b4g4vsa5smi47k61mv5bv1a22bojr MX NS SOA");
  const std::size_t before_types = 4 + 1 + 4 + 1 + 20;
  for (std::size_t size = 0; size < rdata.size(); ++size)
    EXPECT_EQ(Nsec3::read(Octets(rdata).first(size)).has_value(), size == before_types) << size;
}

TEST(Nsec3Rdata, NeedsANextHash) {
  EXPECT_FALSE(Nsec3::read(octets_of({"\1\0\0\0\0\0"sv})));
  EXPECT_TRUE(Nsec3::read(octets_of({"\1\0\0\0\0\1x"sv})));
}

}  // namespace
}  // namespace tributary::dnssec
