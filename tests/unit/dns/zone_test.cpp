#include "dns/zone.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/unit/dns/octets_of.hpp"

namespace tributary::dns {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::name;
using testing::octets_of;
using testing::record;
using ::testing::UnorderedElementsAre;

using Kind = ZoneAnswer::Kind;
using Lines = std::vector<std::string>;

std::vector<Record> records(const Lines& lines) {
  std::vector<Record> made;
  for (const auto& line : lines) made.push_back(record(line));
  return made;
}

Zone zone_of(const char* origin, const Lines& lines) {
  return Zone::make(name(origin), records(lines)).value();
}

Lines lines_of(const std::vector<Record>& records) {
  Lines lines;
  for (const auto& record : records) lines.push_back(to_text(record));
  return lines;
}

struct Case {
  const char* name;
  Type type;
  Kind kind;
  Lines answer;
};

void expect(const Zone& zone, const Case& expected) {
  const auto found = zone.lookup(name(expected.name), expected.type);
  SCOPED_TRACE(std::string(expected.name) + ' ' + to_text(expected.type));
  EXPECT_EQ(found.kind, expected.kind);
  EXPECT_EQ(lines_of(found.answer), expected.answer);
  if (expected.kind == Kind::delegation) return;
  const bool denial = expected.kind == Kind::no_data || expected.kind == Kind::nx_domain;
  EXPECT_EQ(found.authority, denial ? std::vector{zone.soa()} : std::vector<Record>{});
}

constexpr auto soa = "example. 60 IN SOA ns.example. admin.example. 1 2 3 4 60";

TEST(ZoneLookup, FollowsTheExampleOfRfc4592) {  // §2.2.1
  const Zone zone = zone_of("example.", {
                                            soa,
                                            "example. 3600 IN NS ns.example.com.",
                                            "example. 3600 IN NS ns.example.net.",
                                            "*.example. 3600 IN TXT \"this is a wildcard\"",
                                            "*.example. 3600 IN MX 10 host1.example.",
                                            "sub.*.example. 3600 IN TXT \"this is not a wildcard\"",
                                            "host1.example. 3600 IN A 192.0.2.1",
                                            "_ssh._tcp.host1.example. 3600 IN SRV 0 0 22 host1.example.",
                                            "_ssh._tcp.host2.example. 3600 IN SRV 0 0 22 host2.example.",
                                            "subdel.example. 3600 IN NS ns.example.com.",
                                            "subdel.example. 3600 IN NS ns.example.net.",
                                        });
  const Case cases[] = {
      // Synthesised from the wildcard:
      {"host3.example.", Type::MX, Kind::answer, {"host3.example. 3600 IN MX 10 host1.example."}},
      {"host3.example.", Type::A, Kind::no_data, {}},
      {"foo.bar.example.", Type::TXT, Kind::answer, {"foo.bar.example. 3600 IN TXT \"this is a wildcard\""}},
      // Not synthesised:
      {"host1.example.", Type::MX, Kind::no_data, {}},
      {"sub.*.example.", Type::MX, Kind::no_data, {}},
      {"_telnet._tcp.host1.example.", Type::SRV, Kind::nx_domain, {}},
      {"ghost.*.example.", Type::MX, Kind::nx_domain, {}},
      {"host.subdel.example.", Type::A, Kind::delegation, {}},
      // The wildcard's own name, and names that only lead to others (§2.2.2):
      {"*.example.", Type::MX, Kind::answer, {"*.example. 3600 IN MX 10 host1.example."}},
      {"_tcp.host1.example.", Type::A, Kind::no_data, {}},
      {"host2.example.", Type::MX, Kind::no_data, {}},
      {"_tcp.host2.example.", Type::TXT, Kind::no_data, {}},
  };
  for (const auto& expected : cases) expect(zone, expected);
}

const Zone& home() {
  static const Zone zone = zone_of("example.", {
                                                   soa,
                                                   "example. 300 IN NS ns.example.",
                                                   "ns.example. 300 IN A 192.0.2.53",
                                                   "www.example. 300 IN A 192.0.2.1",
                                                   "www.example. 300 IN A 192.0.2.2",
                                                   "www.example. 300 IN AAAA 2001:db8::1",
                                                   "a.empty.example. 300 IN A 192.0.2.3",
                                                   "alias.example. 300 IN CNAME www.example.",
                                                   "second.example. 300 IN CNAME alias.example.",
                                                   "out.example. 300 IN CNAME www.other.",
                                                   "dangling.example. 300 IN CNAME nowhere.example.",
                                                   "to-empty.example. 300 IN CNAME empty.example.",
                                                   "to-cut.example. 300 IN CNAME host.cut.example.",
                                                   "self.example. 300 IN CNAME self.example.",
                                                   "ping.example. 300 IN CNAME pong.example.",
                                                   "pong.example. 300 IN CNAME ping.example.",
                                                   "*.wild.example. 300 IN CNAME www.example.",
                                                   "*.around.example. 300 IN CNAME a.around.example.",
                                                   "cut.example. 300 IN NS ns.cut.example.",
                                                   "cut.example. 300 IN NS ns.other.",
                                                   "cut.example. 300 IN DS 1 8 2 00",
                                                   "ns.cut.example. 300 IN A 192.0.2.54",
                                                   "ns.cut.example. 300 IN AAAA 2001:db8::54",
                                                   "deep.cut.example. 300 IN NS ns.deep.cut.example.",
                                                   "plain.example. 300 IN NS ns.other.",
                                               });
  return zone;
}

TEST(ZoneLookup, AnswersFromItsData) {
  expect(home(), {"WWW.example.",
                  Type::A,
                  Kind::answer,
                  {"WWW.example. 300 IN A 192.0.2.1", "WWW.example. 300 IN A 192.0.2.2"}});
  expect(home(), {"example.", Type::NS, Kind::answer, {"example. 300 IN NS ns.example."}});
  expect(home(), {"example.", Type::SOA, Kind::answer, {soa}});
}

TEST(ZoneLookup, DeniesTypesAndNames) {
  expect(home(), {"www.example.", Type::MX, Kind::no_data, {}});
  expect(home(), {"empty.example.", Type::A, Kind::no_data, {}});
  expect(home(), {"b.empty.example.", Type::A, Kind::nx_domain, {}});
  expect(home(), {"nowhere.example.", Type::A, Kind::nx_domain, {}});
  expect(home(), {"x.www.example.", Type::A, Kind::nx_domain, {}});
  expect(home(), {"example.", Type::DS, Kind::no_data, {}});
}

TEST(ZoneLookup, DeniesWithTheNegativeTtl) {  // RFC 2308 §3
  const Zone zone =
      zone_of("example.", {"example. 3600 IN SOA a. b. 1 2 3 4 30", "example. 300 IN NS ns.other."});
  EXPECT_THAT(lines_of(zone.lookup(name("x.example."), Type::A).authority),
              ElementsAre("example. 30 IN SOA a. b. 1 2 3 4 30"));
}

TEST(ZoneLookup, AnswersAnyWithOneRecordSet) {  // RFC 8482 §4.1
  expect(home(), {"www.example.",
                  Type::ANY,
                  Kind::answer,
                  {"www.example. 300 IN A 192.0.2.1", "www.example. 300 IN A 192.0.2.2"}});
  expect(home(), {"empty.example.", Type::ANY, Kind::no_data, {}});
  expect(home(), {"alias.example.", Type::ANY, Kind::answer, {"alias.example. 300 IN CNAME www.example."}});
}

TEST(ZoneLookup, FollowsAliasesInside) {
  const Lines www{"www.example. 300 IN AAAA 2001:db8::1"};
  expect(home(), {"second.example.",
                  Type::AAAA,
                  Kind::answer,
                  {"second.example. 300 IN CNAME alias.example.", "alias.example. 300 IN CNAME www.example.",
                   www[0]}});
  expect(home(), {"x.y.wild.example.",
                  Type::AAAA,
                  Kind::answer,
                  {"x.y.wild.example. 300 IN CNAME www.example.", www[0]}});
}

TEST(ZoneLookup, FollowsNoAliasThatIsAskedFor) {
  expect(home(),
         {"second.example.", Type::CNAME, Kind::answer, {"second.example. 300 IN CNAME alias.example."}});
}

TEST(ZoneLookup, SaysHowAChainEnds) {
  expect(home(), {"out.example.", Type::A, Kind::cname_out, {"out.example. 300 IN CNAME www.other."}});
  expect(
      home(),
      {"dangling.example.", Type::A, Kind::nx_domain, {"dangling.example. 300 IN CNAME nowhere.example."}});
  expect(home(),
         {"to-empty.example.", Type::A, Kind::no_data, {"to-empty.example. 300 IN CNAME empty.example."}});
  expect(home(), {"alias.example.", Type::MX, Kind::no_data, {"alias.example. 300 IN CNAME www.example."}});
  expect(home(),
         {"to-cut.example.", Type::A, Kind::delegation, {"to-cut.example. 300 IN CNAME host.cut.example."}});
}

TEST(ZoneLookup, LeavesLoopsOfAliases) {
  expect(home(), {"self.example.", Type::A, Kind::cname_out, {"self.example. 300 IN CNAME self.example."}});
  expect(home(), {"ping.example.",
                  Type::A,
                  Kind::cname_out,
                  {"ping.example. 300 IN CNAME pong.example.", "pong.example. 300 IN CNAME ping.example."}});
  expect(home(), {"x.around.example.",
                  Type::A,
                  Kind::cname_out,
                  {"x.around.example. 300 IN CNAME a.around.example.",
                   "a.around.example. 300 IN CNAME a.around.example."}});
}

TEST(ZoneLookup, FollowsElevenLinksAndNoMore) {
  Lines lines{soa, "example. 300 IN NS ns.other.", "n0.example. 300 IN A 192.0.2.1"};
  for (int i = 1; i <= 12; ++i)
    lines.push_back("n" + std::to_string(i) + ".example. 300 IN CNAME n" + std::to_string(i - 1) +
                    ".example.");
  const Zone zone = zone_of("example.", lines);
  EXPECT_EQ(zone.lookup(name("n11.example."), Type::A).kind, Kind::answer);
  EXPECT_EQ(zone.lookup(name("n12.example."), Type::A).kind, Kind::cname_out);
}

TEST(ZoneLookup, DelegatesBelowACut) {
  for (const auto* below : {"cut.example.", "host.cut.example.", "ns.cut.example.", "x.deep.cut.example."}) {
    const auto found = home().lookup(name(below), Type::A);
    EXPECT_EQ(found.kind, Kind::delegation) << below;
    EXPECT_THAT(found.answer, IsEmpty());
    EXPECT_THAT(lines_of(found.authority),
                ElementsAre("cut.example. 300 IN NS ns.cut.example.", "cut.example. 300 IN NS ns.other."));
    EXPECT_THAT(lines_of(found.additional), ElementsAre("ns.cut.example. 300 IN A 192.0.2.54",
                                                        "ns.cut.example. 300 IN AAAA 2001:db8::54"));
  }
}

TEST(ZoneLookup, AnswersForDsAtTheParentsSide) {  // RFC 4035 §3.1.4.1
  expect(home(), {"cut.example.", Type::DS, Kind::answer, {"cut.example. 300 IN DS 1 8 2 00"}});
  expect(home(), {"plain.example.", Type::DS, Kind::no_data, {}});
  EXPECT_EQ(home().lookup(name("deep.cut.example."), Type::DS).kind, Kind::delegation);
  EXPECT_EQ(home().lookup(name("cut.example."), Type::NS).kind, Kind::delegation);
}

TEST(ZoneLookup, RedirectsByDname) {  // RFC 6672
  const Zone zone = zone_of("example.", {
                                            soa,
                                            "example. 300 IN NS ns.other.",
                                            "www.new.example. 300 IN A 192.0.2.1",
                                            "old.example. 200 IN DNAME new.example.",
                                            "old.example. 300 IN A 192.0.2.9",
                                            "hidden.old.example. 300 IN A 192.0.2.8",
                                            "away.example. 200 IN DNAME other.",
                                            "grow.example. 200 IN DNAME x.grow.example.",
                                        });
  const std::string dname = "old.example. 200 IN DNAME new.example.";
  const Case cases[] = {
      {"www.old.example.",
       Type::A,
       Kind::answer,
       {dname, "www.old.example. 200 IN CNAME www.new.example.", "www.new.example. 300 IN A 192.0.2.1"}},
      {"www.old.example.",
       Type::CNAME,
       Kind::answer,
       {dname, "www.old.example. 200 IN CNAME www.new.example."}},
      {"nope.old.example.",
       Type::A,
       Kind::nx_domain,
       {dname, "nope.old.example. 200 IN CNAME nope.new.example."}},
      {"hidden.old.example.",
       Type::A,
       Kind::nx_domain,
       {dname, "hidden.old.example. 200 IN CNAME hidden.new.example."}},
      {"old.example.", Type::A, Kind::answer, {"old.example. 300 IN A 192.0.2.9"}},
      {"old.example.", Type::DNAME, Kind::answer, {dname}},
      {"old.example.", Type::MX, Kind::no_data, {}},
      {"www.away.example.",
       Type::A,
       Kind::cname_out,
       {"away.example. 200 IN DNAME other.", "www.away.example. 200 IN CNAME www.other."}},
  };
  for (const auto& expected : cases) expect(zone, expected);
  EXPECT_EQ(zone.lookup(name("a.grow.example."), Type::A).kind, Kind::cname_out);
}

TEST(ZoneLookup, DeniesANameThatADnameMakesTooLong) {
  const std::string label(63, 'x'), target = label + '.' + label + '.' + label + ".example.";
  const Zone zone =
      zone_of("example.", {soa, "example. 300 IN NS ns.other.", "d.example. 200 IN DNAME " + target});
  const std::string below = label + ".d.example.";
  expect(zone, {below.c_str(), Type::A, Kind::nx_domain, {"d.example. 200 IN DNAME " + target}});
}

TEST(ZoneLookup, ServesSignaturesByTypeOnly) {
  const std::string rrsig =
      "www.example. 300 IN RRSIG CNAME 8 2 300 20300101000000 20200101000000 1 example. AAAA";
  const Zone zone = zone_of(
      "example.", {soa, "example. 300 IN NS ns.other.", "www.example. 300 IN CNAME www.other.", rrsig});
  expect(zone, {"www.example.", Type::RRSIG, Kind::answer, {rrsig}});
  expect(zone, {"www.example.", Type::A, Kind::cname_out, {"www.example. 300 IN CNAME www.other."}});
}

TEST(ZoneLookup, ServesTheRootZone) {
  const Zone zone = zone_of(".", {". 60 IN SOA a. b. 1 2 3 4 60", ". 60 IN NS a.", "a. 60 IN A 192.0.2.1"});
  expect(zone, {"a.", Type::A, Kind::answer, {"a. 60 IN A 192.0.2.1"}});
  expect(zone, {"b.", Type::A, Kind::nx_domain, {}});
}

TEST(ZoneMake, KeepsDoubledRecordsOnceWithTheLeastTtl) {  // RFC 2181 §5
  const Zone zone = zone_of("example.", {soa, "example. 300 IN NS ns.other.", "a.example. 300 IN A 192.0.2.1",
                                         "a.example. 200 IN A 192.0.2.2", "A.example. 250 IN A 192.0.2.1"});
  EXPECT_EQ(zone.record_count(), 4u);
  EXPECT_THAT(lines_of(zone.lookup(name("a.example."), Type::A).answer),
              UnorderedElementsAre("a.example. 200 IN A 192.0.2.1", "a.example. 200 IN A 192.0.2.2"));
}

TEST(ZoneMake, RefusesWhatNoZoneMayHave) {
  const struct {
    Lines lines;
    const char* error;
  } cases[] = {
      {{"example. 1 IN NS ns.other."}, "example. has no SOA"},
      {{soa}, "example. has no NS"},
      {{soa, "example. 1 IN NS ns.other.", "example. 60 IN SOA a. b. 9 2 3 4 60"},
       "example. has more than one SOA"},
      {{soa, "example. 1 IN NS ns.other.", "a.example. 60 IN SOA a. b. 9 2 3 4 60"},
       "a.example. SOA stands below the zone's origin"},
      {{soa, "example. 1 IN NS ns.other.", "a.other. 1 IN A 192.0.2.1"},
       "a.other. A lies outside the zone example."},
      {{soa, "example. 1 IN NS ns.other.", "a.example. 1 CH TXT x"}, "a.example. TXT is of class CH, not IN"},
      {{soa, "example. 1 IN NS ns.other.", "a.example. 1 IN CNAME b.", "a.example. 1 IN A 192.0.2.1"},
       "a.example. has a CNAME and A besides"},
      {{soa, "example. 1 IN NS ns.other.", "a.example. 1 IN CNAME b.", "a.example. 1 IN CNAME c."},
       "a.example. has more than one CNAME"},
      {{soa, "example. 1 IN NS ns.other.", "a.example. 1 IN DNAME b.", "a.example. 1 IN DNAME c."},
       "a.example. has more than one DNAME"},
      {{soa, "example. 1 IN NS ns.other.", "a.example. 1 IN TYPE250 \\# 0"},
       "a.example. TSIG is of a type that cannot be stored"},
  };
  for (const auto& bad : cases) {
    const auto zone = Zone::make(name("example."), records(bad.lines));
    ASSERT_FALSE(zone) << bad.error;
    EXPECT_THAT(zone.error(), ElementsAre(bad.error));
  }
}

TEST(ZoneMake, RefusesMalformedData) {
  auto all = records({soa, "example. 1 IN NS ns.other."});
  all.push_back({name("a.example."), Type::CNAME, Class::IN, 1, octets_of({"\1b"})});
  EXPECT_THAT(Zone::make(name("example."), all).error(), ElementsAre("a.example. CNAME has malformed data"));
}

TEST(ZoneMake, ReportsAllErrors) {
  const auto zone =
      Zone::make(name("example."), records({"a.other. 1 IN A 192.0.2.1", "b.other. 1 IN A 192.0.2.1"}));
  ASSERT_FALSE(zone);
  EXPECT_THAT(zone.error(), ElementsAre(HasSubstr("a.other."), HasSubstr("b.other."), HasSubstr("no SOA"),
                                        HasSubstr("no NS")));
}

}  // namespace
}  // namespace tributary::dns
