#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "policy/decide.hpp"

namespace tributary::policy {
namespace {

using Kind = dns::ZoneAnswer::Kind;

class SpecialZonesTest : public ::testing::Test {
 protected:
  const dns::Zone* zone_of(const dns::Name& name) const {
    const auto found =
        std::ranges::find_if(zones_, [&](const auto& zone) { return name.is_within(zone.origin()); });
    return found == zones_.end() ? nullptr : &*found;
  }

  dns::ZoneAnswer lookup(std::string_view text, dns::Type type) const {
    const auto name = dns::Name::parse(text).value();
    const auto* zone = zone_of(name);
    if (zone == nullptr) throw std::out_of_range(std::string(text));
    return zone->lookup(name, type);
  }

  std::vector<std::string> answers(std::string_view text, dns::Type type) const {
    std::vector<std::string> out;
    for (const auto& record : lookup(text, type).answer) out.push_back(dns::to_text(record));
    std::ranges::sort(out);
    return out;
  }

  std::vector<dns::Zone> zones_ = special_zones();
};

TEST_F(SpecialZonesTest, AreThoseOfTheStandards) {
  std::vector<std::string> expected = {
      "localhost.", "invalid.", "test.", "onion.", "local.", "home.arpa.", "resolver.arpa.", "ipv4only.arpa.",
      "170.0.0.192.in-addr.arpa.", "171.0.0.192.in-addr.arpa.",
      // RFC 6303 §4.1, §4.2
      "10.in-addr.arpa.", "168.192.in-addr.arpa.", "0.in-addr.arpa.", "127.in-addr.arpa.",
      "254.169.in-addr.arpa.", "2.0.192.in-addr.arpa.", "100.51.198.in-addr.arpa.", "113.0.203.in-addr.arpa.",
      "255.255.255.255.in-addr.arpa.",
      // RFC 6303 §4.3 to §4.6
      "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa.",
      "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa.", "d.f.ip6.arpa.",
      "8.e.f.ip6.arpa.", "9.e.f.ip6.arpa.", "a.e.f.ip6.arpa.", "b.e.f.ip6.arpa.",
      "8.b.d.0.1.0.0.2.ip6.arpa."};
  for (int i = 16; i <= 31; ++i) expected.push_back(std::to_string(i) + ".172.in-addr.arpa.");
  for (int i = 64; i <= 127; ++i) expected.push_back(std::to_string(i) + ".100.in-addr.arpa.");

  std::vector<std::string> origins;
  for (const auto& zone : zones_) origins.push_back(zone.origin().to_text());
  std::ranges::sort(expected);
  std::ranges::sort(origins);
  EXPECT_EQ(origins, expected);
}

TEST_F(SpecialZonesTest, HaveTheSoaOfRfc6303) {
  for (const auto& zone : zones_) {
    const auto origin = zone.origin().to_text();
    const auto expected =
        dns::parse_record(origin + " 10800 IN SOA " + origin + " nobody.invalid. 1 3600 1200 604800 10800");
    EXPECT_EQ(zone.soa(), expected) << origin;
    EXPECT_EQ(zone.lookup(zone.origin(), dns::Type::NS).answer.at(0),
              dns::parse_record(origin + " 10800 IN NS " + origin));
  }
}

TEST_F(SpecialZonesTest, NamesBelowEmptyZonesDoNotExist) {
  for (const auto* name :
       {"a.invalid.", "a.test.", "a.onion.", "printer.local.", "nas.home.arpa.", "1.0.0.10.in-addr.arpa.",
        "1.1.168.192.in-addr.arpa.", "1.1.16.172.in-addr.arpa.", "1.1.127.100.in-addr.arpa.",
        "1.1.254.169.in-addr.arpa.", "2.0.0.127.in-addr.arpa.", "1.1.d.f.ip6.arpa.", "a.ipv4only.arpa."}) {
    const auto answer = lookup(name, dns::Type::PTR);
    EXPECT_EQ(answer.kind, Kind::nx_domain) << name;
    ASSERT_EQ(answer.authority.size(), 1U) << name;
    EXPECT_EQ(answer.authority[0].type, dns::Type::SOA) << name;
  }
}

TEST_F(SpecialZonesTest, NeighboursAreOrdinaryNames) {
  for (const auto* name : {"15.172.in-addr.arpa.", "32.172.in-addr.arpa.", "63.100.in-addr.arpa.",
                           "128.100.in-addr.arpa.", "169.0.0.192.in-addr.arpa.", "0.0.192.in-addr.arpa.",
                           "c.f.ip6.arpa.", "c.e.f.ip6.arpa.", "example.", "arpa.", "in-addr.arpa."})
    EXPECT_EQ(zone_of(dns::Name::parse(name).value()), nullptr) << name;
}

TEST_F(SpecialZonesTest, LocalhostAndAllBelowAreTheLoopbackAddress) {
  for (const std::string name : {"localhost.", "a.localhost.", "b.a.localhost."}) {
    EXPECT_EQ(answers(name, dns::Type::A).size(), 1U) << name;
    EXPECT_NE(answers(name, dns::Type::A).at(0).find("127.0.0.1"), std::string::npos);
    EXPECT_NE(answers(name, dns::Type::AAAA).at(0).find("::1"), std::string::npos);
    EXPECT_EQ(lookup(name, dns::Type::MX).kind, Kind::no_data) << name;
  }
}

TEST_F(SpecialZonesTest, LoopbackAddressesLeadBackToLocalhost) {
  const auto localhost = dns::Name::parse("localhost.").value();
  for (const auto* name : {"1.0.0.127.in-addr.arpa.",
                           "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa."}) {
    const auto answer = lookup(name, dns::Type::PTR);
    ASSERT_EQ(answer.answer.size(), 1U) << name;
    EXPECT_EQ(dns::target_of(answer.answer[0]), localhost);
  }
}

TEST_F(SpecialZonesTest, Ipv4OnlyArpaHasItsTwoAddresses) {
  const auto addresses = answers("ipv4only.arpa.", dns::Type::A);
  ASSERT_EQ(addresses.size(), 2U);
  EXPECT_NE(addresses[0].find("192.0.0.170"), std::string::npos);
  EXPECT_NE(addresses[1].find("192.0.0.171"), std::string::npos);
  EXPECT_EQ(lookup("ipv4only.arpa.", dns::Type::AAAA).kind, Kind::no_data);
  for (const auto* name : {"170.0.0.192.in-addr.arpa.", "171.0.0.192.in-addr.arpa."})
    EXPECT_EQ(dns::target_of(lookup(name, dns::Type::PTR).answer.at(0)),
              dns::Name::parse("ipv4only.arpa.").value());
}

TEST_F(SpecialZonesTest, EverythingBelowResolverArpaIsNoData) {
  for (const auto* name : {"resolver.arpa.", "_dns.resolver.arpa.", "a.b.resolver.arpa."}) {
    EXPECT_EQ(lookup(name, static_cast<dns::Type>(64)).kind, Kind::no_data) << name;
    EXPECT_EQ(lookup(name, dns::Type::TXT).kind, Kind::no_data) << name;
  }
}

}  // namespace
}  // namespace tributary::policy
