#include "resolver/daemon/system_servers.hpp"

#include <gmock/gmock.h>

#include "policy/config_reader.hpp"
#include "resolver/daemon/resolv_conf_problems.hpp"

namespace tributary::resolver {
namespace {

using policy::parse_resolv_conf;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

policy::Config parsed(const std::string& yaml) {
  return *policy::parse_config(yaml, "/etc/tributary/tributary.yaml");
}

/// As the daemon goes by it, where resolv.conf has this `text`.
policy::Config settled_by(const std::string& text, policy::Config config) {
  expand_system_upstreams(config, system_servers(parse_resolv_conf(text), config.listen).usable);
  return config;
}

std::vector<Status::Problem> problems(const std::string& text, const std::string& yaml) {
  return resolv_conf_problems(parse_resolv_conf(text), settled_by(text, parsed(yaml)));
}

constexpr auto upstream_elsewhere = R"(upstreams: { a: { url: "udp://192.0.2.1" } })";

TEST(SystemServers, LeavesOutOurselvesAndSaysSo) {
  const auto servers =
      system_servers(parse_resolv_conf("nameserver 127.0.0.1\nnameserver 192.0.2.1\n"), parsed("{}").listen);
  ASSERT_THAT(servers.usable, SizeIs(1));
  EXPECT_EQ(servers.usable[0].to_text(), "192.0.2.1:53");
  EXPECT_THAT(servers.left_out,
              ElementsAre("/etc/resolv.conf: 127.0.0.1:53 is left out: Tributary itself listens there"));
}

TEST(SystemServers, LeavesOutLinkLocalOnesOfAnUnknownInterface) {
  EXPECT_THAT(system_servers(parse_resolv_conf("nameserver fe80::1\n"), {}).usable, IsEmpty());
  EXPECT_THAT(system_servers(parse_resolv_conf("nameserver fe80::1%lo\n"), {}).usable, SizeIs(1));
}

TEST(SystemServers, StandForTheUpstreamInItsGroups) {
  const auto config = settled_by("nameserver 192.0.2.1\nnameserver 192.0.2.2\n", parsed("{}"));
  ASSERT_THAT(config.upstreams, SizeIs(2));
  EXPECT_EQ(config.upstreams[1].name, "system-2");
  EXPECT_EQ(config.upstreams[1].operator_name, "system-2");
  EXPECT_EQ(config.upstreams[1].scheme, policy::UpstreamScheme::udp);
  EXPECT_THAT(config.groups.at(0).upstreams, ElementsAre("system-1", "system-2"));
}

TEST(SystemServers, WithoutSuchAnUpstreamNothingIsReplaced) {
  auto config = parsed(upstream_elsewhere);
  EXPECT_FALSE(expand_system_upstreams(config, {}));
  EXPECT_THAT(config.upstreams, SizeIs(1));
}

TEST(ResolvConfProblems, NobodyIsLeftToAsk) {
  const auto found = problems("nameserver 127.0.0.1\noptions trust-ad\n", "{}");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found[0].what,
              AllOf(HasSubstr("group system has nobody to ask"), HasSubstr("/etc/resolv.conf")));
  EXPECT_THAT(found[0].remedy,
              AllOf(HasSubstr("/etc/tributary/tributary.yaml"), HasSubstr(R"(url: "udp://192.168.1.1")"),
                    HasSubstr("tributary reload")));
}

TEST(ResolvConfProblems, AdIsHiddenFromProgramsThatAskUs) {
  const auto found = problems("nameserver 127.0.0.1\noptions edns0\n", upstream_elsewhere);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found[0].what, HasSubstr("trust-ad"));
  EXPECT_EQ(found[0].remedy, "echo 'options edns0 trust-ad' >> /etc/resolv.conf");
}

TEST(ResolvConfProblems, ThereIsNoneWhereTrustAdDoesNotApply) {
  struct Case {
    const char* why;
    const char* file;
    std::string yaml;
  } const cases[] = {{"it is there", "nameserver 127.0.0.1\noptions trust-ad\n", upstream_elsewhere},
                     {"others are asked", "nameserver 192.0.2.1\n", "{}"},
                     {"others are asked, too", "nameserver 127.0.0.1\nnameserver 192.0.2.1\n", "{}"},
                     {"somebody else listens there", "nameserver 127.0.0.53\n", upstream_elsewhere},
                     {"nothing is validated", "nameserver 127.0.0.1\n",
                      std::string(upstream_elsewhere) + "\ndnssec: { mode: off }"},
                     {"clients ask another port", "nameserver 127.0.0.1\n",
                      std::string(upstream_elsewhere) + "\nlisten: [\"udp://127.0.0.1:5353\"]"}};
  for (const auto& [why, file, yaml] : cases) EXPECT_THAT(problems(file, yaml), IsEmpty()) << why;
}

}  // namespace
}  // namespace tributary::resolver
