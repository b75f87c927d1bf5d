#include "policy/address_text.hpp"
#include "policy/config_words.hpp"

#include <gtest/gtest.h>

#include "policy/config_reader.hpp"
#include "policy/service_url.hpp"

namespace tributary::policy {
namespace {

TEST(ListenUrl, PortIs53UnlessGiven) {
  EXPECT_EQ(parse_listen_url("udp://127.0.0.1")->address.to_text(), "127.0.0.1:53");
  EXPECT_EQ(parse_listen_url("tcp://[::1]")->address.to_text(), "[::1]:53");
  EXPECT_EQ(parse_listen_url("tcp://[::1]:5300")->address.to_text(), "[::1]:5300");
  EXPECT_EQ(parse_listen_url("udp://0.0.0.0:65535")->address.to_text(), "0.0.0.0:65535");
}

TEST(ListenUrl, TellsTheProtocol) {
  EXPECT_EQ(parse_listen_url("udp://127.0.0.1")->protocol, ListenProtocol::udp);
  EXPECT_EQ(parse_listen_url("tcp://127.0.0.1")->protocol, ListenProtocol::tcp);
}

TEST(ListenUrl, RefusesWhatIsNoAddress) {
  for (const auto* url : {"", "udp://", "udp://:53", "udp:127.0.0.1", "UDP://127.0.0.1", "udp://127.1",
                          "udp://127.0.0.1:", "udp://127.0.0.1:+53", "udp://127.0.0.1:53 ",
                          "udp://[::1]:", "udp://[fe80::1%nowhere]", "udp://127.0.0.1/"})
    EXPECT_FALSE(parse_listen_url(url)) << url;
}

TEST(UpstreamUrl, EverySchemeIsRead) {
  const std::pair<const char*, UpstreamScheme> urls[] = {
      {"udp://192.0.2.1", UpstreamScheme::udp},        {"tcp://192.0.2.1", UpstreamScheme::tcp},
      {"https://dns.example/", UpstreamScheme::https}, {"authority://192.0.2.1", UpstreamScheme::authority},
      {"zone:a.zone", UpstreamScheme::zone},           {"system:", UpstreamScheme::system}};
  for (const auto& [url, scheme] : urls) {
    ASSERT_TRUE(parse_upstream_url(url)) << url;
    EXPECT_EQ(parse_upstream_url(url)->scheme, scheme);
    EXPECT_TRUE(std::string(url).starts_with(to_text(scheme)));
  }
}

TEST(UpstreamUrl, HttpsPathHasNoQueryPart) {
  EXPECT_EQ(parse_upstream_url("https://dns.example/a/b~c%20")->path, "/a/b~c%20");
  for (const auto* url : {"https://dns.example/?dns=", "https://dns.example/#x", "https://dns.example/{?dns}",
                          "https://dns.example/a b", "https://user@dns.example/"})
    EXPECT_FALSE(parse_upstream_url(url)) << url;
}

TEST(HostName, IsMadeOfLabels) {
  for (const auto* text : {"localhost", "dns.quad9.net", "9.dns.example", "xn--bcher-kva.example", "a-b"})
    EXPECT_TRUE(is_host_name(text)) << text;
  for (const auto* text : {"", ".", "a.", "a..b", "-a", "a-", "a_b", "a b", "1.2.3.4", "9.9.9.999", "1"})
    EXPECT_FALSE(is_host_name(text)) << text;
  EXPECT_TRUE(is_host_name(std::string(63, 'a')));
  EXPECT_FALSE(is_host_name(std::string(64, 'a')));
}

TEST(Prefix, AloneAnAddressIsItsOwnPrefix) {
  EXPECT_EQ(parse_prefix("192.0.2.1")->length, 32);
  EXPECT_EQ(parse_prefix("2001:db8::1")->length, 128);
}

TEST(Prefix, ContainsWhatSharesItsBits) {
  struct Case {
    const char *prefix, *address;
    bool contained;
  };
  constexpr Case cases[] = {
      {"0.0.0.0/0", "203.0.113.7", true},
      {"0.0.0.0/0", "2001:db8::1", false},
      {"::/0", "2001:db8::1", true},
      {"::/0", "203.0.113.7", false},
      {"10.0.0.0/8", "10.255.255.255", true},
      {"10.0.0.0/8", "11.0.0.0", false},
      {"192.0.2.128/25", "192.0.2.128", true},
      {"192.0.2.128/25", "192.0.2.127", false},
      {"172.16.0.0/12", "172.31.0.1", true},
      {"172.16.0.0/12", "172.32.0.1", false},
      {"192.0.2.1/32", "192.0.2.1", true},
      {"192.0.2.1/32", "192.0.2.0", false},
      {"fc00::/7", "fdff::1", true},
      {"fc00::/7", "fe00::1", false},
      {"::1/128", "::1", true},
      {"::1/128", "::", false},
  };
  for (const auto& [prefix, address, contained] : cases)
    EXPECT_EQ(parse_prefix(prefix)->contains(asio::ip::make_address(address)), contained)
        << prefix << " " << address;
}

TEST(Prefix, MappedAddressesCountAsIpv4) {
  EXPECT_TRUE(parse_prefix("10.0.0.0/8")->contains(asio::ip::make_address("::ffff:10.1.2.3")));
  EXPECT_FALSE(parse_prefix("::/0")->contains(asio::ip::make_address("::ffff:10.1.2.3")));
  EXPECT_EQ(parse_prefix("::ffff:10.0.0.0/104"), parse_prefix("10.0.0.0/8"));
}

TEST(Prefix, ScopedLinkLocalAddressesMatch) {
  EXPECT_TRUE(parse_prefix("fe80::/10")->contains(asio::ip::make_address("fe80::1%lo")));
}

}  // namespace
}  // namespace tributary::policy
