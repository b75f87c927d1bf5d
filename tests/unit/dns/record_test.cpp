#include "dns/record.hpp"

#include <gtest/gtest.h>

#include "tests/unit/dns/octets_of.hpp"

namespace tributary::dns {
namespace {

using namespace std::string_view_literals;
using testing::name;
using testing::octets_of;
using testing::record;

TEST(RecordText, IsReadAndWrittenAlike) {
  for (const auto* line : {
           "www.example. 300 IN A 192.0.2.1",
           "www.example. 0 IN AAAA 2001:db8::1",
           "example. 3600 IN MX 10 mail.example.",
           "example. 3600 IN SOA ns.example. admin.example. 1 2 3 4 5",
           "example. 60 CH TXT \"a b\" \"c\"",
           R"(a\.b\032c.example. 1 IN CNAME www.example.)",
           "example. 1 IN HTTPS 1 . alpn=h2",
           "example. 1 IN SRV 1 2 53 ns.example.",
           "example. 1 IN TYPE65280 \\# 3 010203",
           "example. 1 IN TYPE65280 \\# 0",
           "a.example. 1 IN NSEC b.example. A RRSIG",
       }) {
    const auto parsed = parse_record(line);
    ASSERT_TRUE(parsed) << line << ": " << parsed.error();
    EXPECT_EQ(to_text(*parsed), line);
  }
}

TEST(RecordText, KeepsEveryOctetOfNames) {
  for (int octet = 0; octet < 256; ++octet) {
    if (octet == '@') continue;  // ldns reads the name "@." in RDATA as the origin
    const auto value = static_cast<std::uint8_t>(octet);
    const Name one = Name().with_label({&value, 1}).value();
    const Record made{one, Type::CNAME, Class::IN, 1, {one.wire().begin(), one.wire().end()}};
    const auto read = parse_record(to_text(made));
    ASSERT_TRUE(read) << to_text(made) << ": " << read.error();
    EXPECT_EQ(read->rdata, made.rdata) << to_text(made);
    EXPECT_TRUE(read->owner.identical(one)) << to_text(made);
  }
}

TEST(RecordText, IsReadIntoItsFields) {
  const Record parsed = record("www.example. 300 IN A 192.0.2.1");
  EXPECT_EQ(parsed, (Record{name("www.example."), Type::A, Class::IN, 300, octets_of({"\300\0\2\1"sv})}));
}

TEST(RecordText, WritesMalformedRdataGenerically) {
  const Record bad{name("a."), Type::A, Class::IN, 1, octets_of({"\1\2\3"sv})};
  EXPECT_EQ(to_text(bad), "a. 1 IN A \\# 3 010203");
}

TEST(RecordText, IsReadStrictly) {
  for (const auto line : {""sv, "a."sv, "a. 300 IN A"sv, "a. 300 IN A 192.0.2"sv, "a. 300 IN A 192.0.2.1 x"sv,
                          "a. 300 IN NOPE x"sv, "a. 4294967295 IN A 192.0.2.1"sv,
                          "a. 300 IN A \\# 3 010203"sv, "a. 300 IN A 192.0.2.1\0"sv})
    EXPECT_FALSE(parse_record(line)) << line;
}

TEST(Record, ComparesNamesWithoutRegardToCase) {
  EXPECT_EQ(record("WWW.example. 1 IN A 192.0.2.1"), record("www.example. 1 IN A 192.0.2.1"));
  EXPECT_NE(record("www.example. 1 IN A 192.0.2.1"), record("www.example. 2 IN A 192.0.2.1"));
}

TEST(Record, HasATarget) {
  EXPECT_EQ(target_of(record("a. 1 IN CNAME b.")), name("b."));
  EXPECT_EQ(target_of(record("a. 1 IN DNAME b.")), name("b."));
  EXPECT_EQ(target_of(record("a. 1 IN NS b.")), name("b."));
  EXPECT_EQ(target_of(record("a. 1 IN PTR b.")), name("b."));
  EXPECT_FALSE(target_of(record("a. 1 IN MX 1 b.")));
  EXPECT_FALSE(target_of({name("a."), Type::CNAME, Class::IN, 1, octets_of({"\1b"})}));
}

TEST(Record, HasANegativeTtl) {
  EXPECT_EQ(negative_ttl(record("a. 300 IN SOA b. c. 1 2 3 4 60")), 60u);
  EXPECT_EQ(negative_ttl(record("a. 30 IN SOA b. c. 1 2 3 4 60")), 30u);
  EXPECT_FALSE(negative_ttl(record("a. 30 IN A 192.0.2.1")));
  EXPECT_FALSE(negative_ttl({name("a."), Type::SOA, Class::IN, 1, octets_of({"\0\0\1"sv})}));
}

TEST(Record, CoversAType) {
  const auto rrsig = record("a. 300 IN RRSIG AAAA 5 1 300 20300101000000 20200101000000 1 a. AAAA");
  EXPECT_EQ(covered_type(rrsig), Type::AAAA);
  EXPECT_FALSE(covered_type(record("a. 30 IN A 192.0.2.1")));
  EXPECT_FALSE(covered_type({name("a."), Type::RRSIG, Class::IN, 1, octets_of({"\0\1"sv})}));
}

}  // namespace
}  // namespace tributary::dns
