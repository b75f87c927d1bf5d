#include "dns/types.hpp"

#include <gtest/gtest.h>

namespace tributary::dns {
namespace {

TEST(Types, AreWritten) {
  EXPECT_EQ(to_text(Type::AAAA), "AAAA");
  EXPECT_EQ(to_text(Type::HTTPS), "HTTPS");
  EXPECT_EQ(to_text(Type::ANY), "ANY");
  EXPECT_EQ(to_text(Type{65280}), "TYPE65280");
}

TEST(Types, AreReadInAnyCase) {
  EXPECT_EQ(parse_type("aaaa"), Type::AAAA);
  EXPECT_EQ(parse_type("Svcb"), Type::SVCB);
  EXPECT_EQ(parse_type("type65280"), Type{65280});
  EXPECT_EQ(parse_type("TYPE1"), Type::A);
}

TEST(Types, AreReadStrictly) {
  for (const auto* text : {"", "TYPE", "TYPE1x", "TYPE-1", "TYPE65536", "A ", "NOPE"})
    EXPECT_FALSE(parse_type(text)) << text;
}

TEST(Types, ReadWhatTheyWrite) {
  for (unsigned value = 1; value < 65536; ++value) {
    const Type type{static_cast<std::uint16_t>(value)};
    ASSERT_EQ(parse_type(to_text(type)), type) << to_text(type);
  }
}

TEST(Types, MetaTypesAreNotData) {
  for (const Type type : {Type{0}, Type::OPT, Type::TKEY, Type::TSIG, Type::AXFR, Type::ANY, Type{128}})
    EXPECT_TRUE(is_meta_type(type)) << to_text(type);
  for (const Type type : {Type::A, Type::RRSIG, Type{127}, Type{256}, Type{65280}})
    EXPECT_FALSE(is_meta_type(type)) << to_text(type);
}

TEST(Classes, AreWritten) {
  EXPECT_EQ(to_text(Class::IN), "IN");
  EXPECT_EQ(to_text(Class{77}), "CLASS77");
}

TEST(Classes, AreRead) {
  EXPECT_EQ(parse_class("in"), Class::IN);
  EXPECT_EQ(parse_class("Class77"), Class{77});
  for (const auto* text : {"", "CLASS", "CLASS1x", "CLASS65536", "A", "INX"})
    EXPECT_FALSE(parse_class(text)) << text;
}

TEST(Rcodes, AreWritten) {
  EXPECT_EQ(to_text(Rcode::NXDOMAIN), "NXDOMAIN");
  EXPECT_EQ(to_text(Rcode{3841}), "RCODE3841");
}

}  // namespace
}  // namespace tributary::dns
