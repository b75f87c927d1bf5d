#include <gtest/gtest.h>

#include <string>

#include "policy/config_reader.hpp"
#include "policy/decide.hpp"

namespace tributary::policy {
namespace {

class PolicyTest : public ::testing::Test {
 protected:
  /// Upstreams and their groups are named like the suffixes they serve.
  static Config config() {
    return parse_config(R"(
upstreams:
  root: { url: "udp://192.0.2.1" }
  corp: { url: "udp://192.0.2.2" }
  lab: { url: "udp://192.0.2.3" }
  ten: { url: "udp://192.0.2.4" }
  home: { url: "udp://192.0.2.5" }
  arpa: { url: "udp://192.0.2.6" }
routes:
  - { suffix: ".", group: root }
  - { suffix: corp.example, group: corp }
  - { suffix: Lab.Corp.example, group: lab }
  - { suffix: 10.in-addr.arpa, group: ten }
  - { suffix: home.arpa, group: home }
  - { suffix: ip6.arpa, group: arpa }
allow: ["192.0.2.0/24", "2001:db8::/32"]
)",
                        "t.yaml")
        .value();
  }

  static std::string text(const Decision& decision) {
    if (const auto* forward = std::get_if<Forward>(&decision)) return config().groups.at(forward->group).name;
    if (const auto* local = std::get_if<AnswerLocally>(&decision))
      return "local " + local->zone->origin().to_text();
    return "refuse";
  }

  std::string route(std::string_view name, dns::Type type = dns::Type::A) const {
    return text(policy_.route({dns::Name::parse(name).value(), type, dns::Class::IN}));
  }

  std::string decide(const char* client, std::string_view name) const {
    return text(policy_.decide(asio::ip::make_address(client),
                               {dns::Name::parse(name).value(), dns::Type::A, dns::Class::IN}));
  }

  Policy policy_{config()};
};

TEST_F(PolicyTest, LongestSuffixWins) {
  const std::pair<const char*, const char*> cases[] = {
      {".", "root"},
      {"example.", "root"},
      {"www.example.", "root"},
      {"corp.example.", "corp"},
      {"www.corp.example.", "corp"},
      {"notcorp.example.", "root"},
      {"corp.example.org.", "root"},
      {"lab.corp.example.", "lab"},
      {"a.b.c.d.e.f.g.lab.corp.example.", "lab"},
      {"lab2.corp.example.", "corp"},
  };
  for (const auto& [name, group] : cases) EXPECT_EQ(route(name), group) << name;
}

TEST_F(PolicyTest, SuffixesMatchWithoutRegardToCase) {
  EXPECT_EQ(route("WWW.cOrP.ExAmPlE."), "corp");
  EXPECT_EQ(route("www.LAB.corp.example."), "lab");
}

TEST_F(PolicyTest, DsGoesToTheRouteOfTheParent) {
  EXPECT_EQ(route("corp.example.", dns::Type::DS), "root");
  EXPECT_EQ(route("lab.corp.example.", dns::Type::DS), "corp");
  EXPECT_EQ(route("www.lab.corp.example.", dns::Type::DS), "lab");
  EXPECT_EQ(route(".", dns::Type::DS), "root");
}

TEST_F(PolicyTest, SpecialNamesStayHere) {
  EXPECT_EQ(route("localhost."), "local localhost.");
  EXPECT_EQ(route("a.LocalHost."), "local localhost.");
  EXPECT_EQ(route("1.1.168.192.in-addr.arpa.", dns::Type::PTR), "local 168.192.in-addr.arpa.");
  EXPECT_EQ(route("localhost.example."), "root");
}

TEST_F(PolicyTest, DsOfASpecialNameIsAskedOfItsParent) {
  EXPECT_EQ(route("localhost.", dns::Type::DS), "root");
  EXPECT_EQ(route("a.localhost.", dns::Type::DS), "local localhost.");
}

TEST_F(PolicyTest, RouteForASpecialNameWins) {
  EXPECT_EQ(route("nas.home.arpa."), "home");
  EXPECT_EQ(route("1.0.0.10.in-addr.arpa.", dns::Type::PTR), "ten");
}

TEST_F(PolicyTest, RouteAboveASpecialNameWins) {
  EXPECT_EQ(route("1.d.f.ip6.arpa.", dns::Type::PTR), "arpa");
}

TEST_F(PolicyTest, OnlyAdmittedClientsAreServed) {
  const std::pair<const char*, const char*> cases[] = {
      {"192.0.2.7", "root"},      {"::ffff:192.0.2.7", "root"},      {"2001:db8::7", "root"},
      {"198.51.100.7", "refuse"}, {"::ffff:198.51.100.7", "refuse"}, {"::1", "refuse"},
      {"127.0.0.1", "refuse"},
  };
  for (const auto& [client, decision] : cases) EXPECT_EQ(decide(client, "example."), decision) << client;
}

TEST_F(PolicyTest, RefusalComesBeforeSpecialNames) {
  EXPECT_EQ(decide("127.0.0.1", "localhost."), "refuse");
}

bool validates(std::string_view yaml, std::string_view name) {
  const Policy policy(parse_config(yaml, "t.yaml").value());
  const auto decision = policy.route({dns::Name::parse(name).value(), dns::Type::A, dns::Class::IN});
  return std::get<Forward>(decision).validate;
}

TEST(Policy, TellsWhetherARoutesNamesAreValidated) {
  constexpr std::string_view routes = R"(
upstreams: { u: { url: "udp://192.0.2.1" } }
routes:
  - { suffix: ".", group: u }
  - { suffix: corp.example, group: u, dnssec: off }
  - { suffix: lab.corp.example, group: u, dnssec: validate }
)";
  EXPECT_TRUE(validates(routes, "example."));
  EXPECT_FALSE(validates(routes, "www.corp.example."));
  EXPECT_TRUE(validates(routes, "lab.corp.example."));
  EXPECT_TRUE(validates("", "example."));
  EXPECT_TRUE(validates("dnssec: { mode: permissive }", "example."));
  EXPECT_FALSE(validates("dnssec: { mode: off }", "example."));
}

TEST_F(PolicyTest, KeepsItsZonesWhenMoved) {
  Policy moved(std::move(policy_));
  const auto decision = moved.route({dns::Name::parse("localhost.").value(), dns::Type::A, dns::Class::IN});
  EXPECT_EQ(text(decision), "local localhost.");
}

}  // namespace
}  // namespace tributary::policy
