// Which answers can both be true.

#include "resolver/strategy/agreement.hpp"

#include <gtest/gtest.h>

#include "tests/unit/strategy/replies.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;
using dns::Rcode;
using dns::Type;
using testing::Lines;

struct Reported {
  Lines answer;
  Rcode rcode = Rcode::NOERROR;
};

Statement stated(const Reported& reported, Type type) {
  const auto query = testing::query("www.example.", type);
  const bool denies = reported.answer.empty() || reported.rcode == Rcode::NXDOMAIN;
  const Lines soa{". 60 IN SOA ns.example. admin.example. 1 7200 900 86400 60"};
  const auto reply = testing::reply(query, reported.rcode, {reported.answer, denies ? soa : Lines{}, {}});
  const auto judgement = Judge({86400s, 3600s}).judge(query, reply, Instant(1h));
  if (!judgement.answer) throw std::logic_error(judgement.reason);
  return statement_of(*judgement.answer);
}

Reported at(const std::string& address) {
  return {{"www.example. 300 IN A " + address}};
}
Reported at6(const std::string& address) {
  return {{"www.example. 300 IN AAAA " + address}};
}
Reported by_way_of(const std::string& alias, const std::string& address) {
  return {{"www.example. 300 IN CNAME " + alias, alias + " 300 IN A " + address}};
}
Reported alias_alone(const std::string& alias) {
  return {{"www.example. 300 IN CNAME " + alias}};
}
const Reported nothing{};
const Reported no_name{{}, Rcode::NXDOMAIN};

TEST(Agreement, IsSymmetricAndAsTold) {
  struct Case {
    const char* what;
    Reported a, b;
    bool agree;
    Type type = Type::A;
  };
  const Case cases[] = {
      {"one address", at("192.0.2.1"), at("192.0.2.1"), true},
      {"another TTL", at("192.0.2.1"), {{"www.example. 1 IN A 192.0.2.1"}}, true},
      {"another case", at("192.0.2.1"), {{"WWW.example. 300 IN A 192.0.2.1"}}, true},
      {"one /24", at("192.0.2.1"), at("192.0.2.254"), true},
      {"neighbouring /24", at("192.0.2.255"), at("192.0.3.0"), false},
      {"one of several",
       {{"www.example. 300 IN A 198.51.100.1", "www.example. 300 IN A 192.0.2.1"}},
       {{"www.example. 300 IN A 203.0.113.1", "www.example. 300 IN A 192.0.2.1"}},
       true},
      {"none of several",
       {{"www.example. 300 IN A 198.51.100.1", "www.example. 300 IN A 192.0.2.1"}},
       {{"www.example. 300 IN A 203.0.113.1", "www.example. 300 IN A 192.0.3.1"}},
       false},
      {"one /48", at6("2001:db8:1::1"), at6("2001:db8:1:ffff::2"), true, Type::AAAA},
      {"neighbouring /48", at6("2001:db8:1::1"), at6("2001:db8:2::1"), false, Type::AAAA},
      {"one end of a chain", by_way_of("a.test.", "192.0.2.1"), by_way_of("A.test.", "198.51.100.1"), true},
      {"other ends", by_way_of("a.test.", "192.0.2.1"), by_way_of("b.test.", "198.51.100.1"), false},
      {"other ends, one address", by_way_of("a.test.", "192.0.2.1"), by_way_of("b.test.", "192.0.2.1"), true},
      {"a chain and none", by_way_of("a.test.", "192.0.2.1"), at("198.51.100.1"), false},
      {"no name", no_name, no_name, true},
      {"no data", nothing, nothing, true},
      {"no name, no data", no_name, nothing, false},
      {"data, no data", at("192.0.2.1"), nothing, false},
      {"data, no name", at("192.0.2.1"), no_name, false},
      {"one alias", alias_alone("a.test."), alias_alone("a.test."), true},
      {"another alias", alias_alone("a.test."), alias_alone("b.test."), false},
      {"an alias and where it leads", alias_alone("a.test."), by_way_of("a.test.", "192.0.2.1"), true},
      {"an alias and where it does not lead", alias_alone("b.test."), by_way_of("a.test.", "192.0.2.1"),
       false},
      {"an alias whose target does not exist",
       alias_alone("a.test."),
       {{"www.example. 300 IN CNAME a.test."}, Rcode::NXDOMAIN},
       true},
      {"an alias, no name", alias_alone("a.test."), no_name, false},
      {"one mail server",
       {{"www.example. 300 IN MX 10 a.test.", "www.example. 300 IN MX 20 b.test."}},
       {{"www.example. 300 IN MX 10 A.TEST."}},
       true,
       Type::MX},
      {"other mail servers",
       {{"www.example. 300 IN MX 10 a.test."}},
       {{"www.example. 300 IN MX 20 a.test."}},
       false,
       Type::MX},
      {"aliases asked for", alias_alone("a.test."), alias_alone("b.test."), false, Type::CNAME},
      {"an alias asked for", alias_alone("a.test."), alias_alone("a.test."), true, Type::CNAME},
  };
  for (const auto& [what, a, b, expected, type] : cases) {
    EXPECT_EQ(agree(stated(a, type), stated(b, type)), expected) << what;
    EXPECT_EQ(agree(stated(b, type), stated(a, type)), expected) << what << ", the other way round";
  }
}

TEST(Agreement, SignaturesDoNotCount) {
  const std::string signature =
      "www.example. 300 IN RRSIG A 8 2 300 20400101000000 20200101000000 1 example. AAAA";
  EXPECT_FALSE(agree(stated({{"www.example. 300 IN A 192.0.2.1", signature}}, Type::A),
                     stated({{"www.example. 300 IN A 198.51.100.1", signature}}, Type::A)));
}

TEST(Agreement, StatementsAreToldInAFewWords) {
  EXPECT_EQ(to_text(stated(at("192.0.2.1"), Type::A)), "192.0.2.1");
  EXPECT_EQ(to_text(stated(no_name, Type::A)), "NXDOMAIN");
  EXPECT_EQ(to_text(stated(nothing, Type::A)), "no data");
  EXPECT_EQ(to_text(stated(alias_alone("a.test."), Type::A)), "CNAME a.test.");
  EXPECT_EQ(to_text(stated({{"www.example. 300 IN MX 10 a.test."}}, Type::MX)), "10 a.test.");
  Reported many;
  for (int i = 1; i < 8; ++i) many.answer.push_back("www.example. 300 IN A 192.0.2." + std::to_string(i));
  EXPECT_EQ(to_text(stated(many, Type::A)), "192.0.2.1, 192.0.2.2, 192.0.2.3, 192.0.2.4, ...");
}

}  // namespace
}  // namespace tributary::resolver
