#include "resolver/dnssec/canonical.hpp"

#include <gtest/gtest.h>

#include "tests/unit/dns/octets_of.hpp"
#include "tests/unit/dnssec/samples.hpp"

namespace tributary::dnssec {
namespace {

using namespace std::string_view_literals;
using dns::testing::octets_of;
using test::rrset;

std::vector<std::uint8_t> octets_under(const Rrset& set, std::string_view rrsig) {
  const Rrset signatures = rrset({rrsig});
  return CanonicalRrset(set).octets_under(Rrsig::read(signatures.rdata[0]).value());
}

TEST(CanonicalForm, IsWhatTheRfcSays) {
  const Rrset set = rrset({"WWW.Example. 300 IN A 192.0.2.1"});
  EXPECT_EQ(octets_under(set, "WWW.Example. 60 IN RRSIG A 13 2 3600 4 1 55648 EXAMPLE. AQID"),
            octets_of({
                "\0\1\15\2"sv,
                "\0\0\16\20"sv,
                "\0\0\0\4"sv,
                "\0\0\0\1"sv,
                "\xD9\x60"sv,
                "\7example\0"sv,
                "\3www\7example\0"sv,
                "\0\1\0\1"sv,
                "\0\0\16\20"sv,
                "\0\4\300\0\2\1"sv,
            }));
}

TEST(CanonicalForm, SortsRdataAndDropsWhatIsDoubled) {
  const Rrset set = rrset({"a. 1 IN TXT \"b\"", "a. 1 IN TXT \"aa\"", "a. 1 IN TXT \"b\"",
                           "a. 1 IN TXT \"a\"", "a. 1 IN TXT \"a\" \"a\""});
  const auto fixed = "\1a\0\0\20\0\1\0\0\0\1"sv;
  EXPECT_EQ(octets_under(set, "a. 1 IN RRSIG TXT 13 1 1 4 1 1 . AQID"), octets_of({
                                                                            "\0\20\15\1"sv,
                                                                            "\0\0\0\1"sv,
                                                                            "\0\0\0\4"sv,
                                                                            "\0\0\0\1"sv,
                                                                            "\0\1"sv,
                                                                            "\0"sv,  //
                                                                            fixed,
                                                                            "\0\2\1a"sv,
                                                                            fixed,
                                                                            "\0\4\1a\1a"sv,
                                                                            fixed,
                                                                            "\0\2\1b"sv,
                                                                            fixed,
                                                                            "\0\3\2aa"sv,
                                                                        }));
}

TEST(CanonicalForm, HasSmallLettersOnlyInNamesOfOldTypes) {
  const auto is_lowered = [](std::string_view upper, std::string_view lower) {
    const auto rrsig = ". 1 IN RRSIG A 13 0 1 4 1 1 . AQID";
    return octets_under(rrset({upper}), rrsig) == octets_under(rrset({lower}), rrsig);
  };
  EXPECT_TRUE(is_lowered(". 1 IN MX 1 A.B.", ". 1 IN MX 1 a.b."));
  EXPECT_TRUE(is_lowered(". 1 IN SRV 1 2 3 A.B.", ". 1 IN SRV 1 2 3 a.b."));
  EXPECT_TRUE(is_lowered(". 1 IN SOA A. B. 1 2 3 4 5", ". 1 IN SOA a. b. 1 2 3 4 5"));
  EXPECT_TRUE(is_lowered(". 1 IN DNAME A.", ". 1 IN DNAME a."));
  EXPECT_FALSE(is_lowered(". 1 IN NSEC A. A", ". 1 IN NSEC a. A")) << "RFC 6840 5.1";
  EXPECT_FALSE(is_lowered(". 1 IN HTTPS 1 A.", ". 1 IN HTTPS 1 a.")) << "RFC 3597 7";
  EXPECT_FALSE(is_lowered(". 1 IN HINFO A B", ". 1 IN HINFO a b")) << "RFC 6840 5.1";
  EXPECT_FALSE(is_lowered(". 1 IN TXT A", ". 1 IN TXT a"));
}

TEST(CanonicalForm, TreatsRecordsThatBecomeEqualAsOne) {
  const Rrset both = rrset({"a. 1 IN NS B.", "a. 1 IN NS b."}), one = rrset({"a. 1 IN NS b."});
  const auto rrsig = "a. 1 IN RRSIG NS 13 1 1 4 1 1 . AQID";
  EXPECT_EQ(octets_under(both, rrsig), octets_under(one, rrsig));
}

TEST(CanonicalForm, SurvivesMalformedRdata) {
  Rrset set{name("a."), dns::Type::SOA, 1, {{}, {1}, {0xC0, 0x0C}, {1, 'A', 0}}, {}};
  EXPECT_FALSE(octets_under(set, "a. 1 IN RRSIG SOA 13 1 1 4 1 1 . AQID").empty());
}

TEST(SignedOwner, IsTheWildcardIfTheSignatureHasFewerLabels) {
  EXPECT_TRUE(signed_owner(name("A.b.C."), 3).identical(name("a.b.c.")));
  EXPECT_TRUE(signed_owner(name("A.b.C."), 1).identical(name("*.c.")));
  EXPECT_TRUE(signed_owner(name("A.b.C."), 0).identical(name("*.")));
  EXPECT_TRUE(signed_owner(name("."), 0).identical(name(".")));
}

TEST(SignedOwner, CountsNoAsterisk) {
  EXPECT_EQ(signed_label_count(name("*.b.c.")), 2u);
  EXPECT_EQ(signed_label_count(name("a.*.c.")), 3u);
  EXPECT_EQ(signed_label_count(name("*.")), 0u);
  EXPECT_TRUE(signed_owner(name("*.b.c."), 2).identical(name("*.b.c.")));
  EXPECT_TRUE(signed_owner(name("*.b.c."), 1).identical(name("*.c.")));
}

}  // namespace
}  // namespace tributary::dnssec
