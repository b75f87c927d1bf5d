#include "policy/resolv_conf.hpp"

#include <gmock/gmock.h>

namespace tributary::policy {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> servers_of(std::string_view text) {
  std::vector<std::string> out;
  for (const auto& server : parse_resolv_conf(text).servers) out.push_back(server.to_text());
  return out;
}

TEST(ResolvConf, ListsServersInTheirOrder) {
  EXPECT_THAT(
      servers_of("search example\nnameserver 192.0.2.1\nnameserver\t2001:db8::1  \nnameserver 127.0.0.53"),
      ElementsAre("192.0.2.1:53", "[2001:db8::1]:53", "127.0.0.53:53"));
}

TEST(ResolvConf, KnowsTheInterfaceOfALinkLocalServer) {
  const auto servers = parse_resolv_conf("nameserver fe80::1%lo\nnameserver fe80::2%no-such-one\n").servers;
  ASSERT_EQ(servers.size(), 1u);
  EXPECT_NE(servers[0].address.to_v6().scope_id(), 0u);
}

TEST(ResolvConf, PassesOverCommentsAndNonsense) {
  EXPECT_THAT(servers_of("# nameserver 192.0.2.2\n;nameserver 192.0.2.3\n nameserver 192.0.2.4\nnameserver\n"
                         "nameserver here\nnameservers 192.0.2.5\nnameserver 192.0.2.1 # mine\n"),
              ElementsAre("192.0.2.1:53"));
}

TEST(ResolvConf, WithoutServersMeansThisHost) {
  EXPECT_THAT(servers_of(""), ElementsAre("127.0.0.1:53"));
  EXPECT_EQ(read_resolv_conf("/nonexistent/resolv.conf"), parse_resolv_conf(""));
}

TEST(ResolvConf, TellsWhetherAdIsTrusted) {
  EXPECT_TRUE(parse_resolv_conf("options edns0 trust-ad\n").trust_ad);
  EXPECT_TRUE(parse_resolv_conf("options trust-ad\noptions edns0\n").trust_ad);
  for (const auto* text :
       {"", "options edns0\n", "#options trust-ad\n", "options no-trust-ad\n", "trust-ad\n"})
    EXPECT_FALSE(parse_resolv_conf(text).trust_ad) << text;
}

}  // namespace
}  // namespace tributary::policy
