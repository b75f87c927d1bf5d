#include "policy/config_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace tributary::policy {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;

/// A file name in the folder of the examples, so that zones can be named that exist.
const std::filesystem::path file = TRIBUTARY_SOURCE_DIR "/conf/test.yaml";

std::string text_of(const std::vector<ConfigError>& errors) {
  std::string text;
  for (const auto& error : errors) text += error.to_text() + "\n";
  return text;
}

Config parsed(std::string_view yaml) {
  auto config = parse_config(yaml, file);
  if (config) return *config;
  ADD_FAILURE() << text_of(config.error());
  return {};
}

/// What the first error of a file with errors says.
std::string first_message(std::string_view yaml) {
  const auto config = parse_config(yaml, file);
  return config ? "" : config.error().front().message;
}

dns::Name name(std::string_view text) {
  return dns::Name::parse(text).value();
}

std::vector<std::string> routes_of(const Config& config) {
  std::vector<std::string> out;
  for (const auto& route : config.routes) out.push_back(route.suffix.to_text() + " " + route.group);
  return out;
}

const GroupConfig& group_of(const Config& config, std::string_view wanted) {
  for (const auto& group : config.groups) {
    if (group.name == wanted) return group;
  }
  throw std::out_of_range(std::string(wanted));
}

TEST(ConfigReader, EmptyFileListensOnLoopbackAndAsksTheSystemsServers) {
  for (const auto* yaml : {"", "\n", "---\n", "# nothing but a comment\n", "{}"}) {
    SCOPED_TRACE(yaml);
    const auto config = parsed(yaml);
    EXPECT_THAT(config.listen, ElementsAre(*parse_listen_url("udp://127.0.0.1:53"),
                                           *parse_listen_url("tcp://127.0.0.1:53")));
    ASSERT_EQ(config.upstreams.size(), 1U);
    EXPECT_EQ(config.upstreams[0].name, "system");
    EXPECT_EQ(config.upstreams[0].scheme, UpstreamScheme::system);
    EXPECT_THAT(routes_of(config), ElementsAre(". system"));
    EXPECT_THAT(group_of(config, "system").upstreams, ElementsAre("system"));
  }
}

TEST(ConfigReader, EmptyFileHasTheDefaultsOfTheTable) {
  const auto config = parsed("");
  EXPECT_EQ(config.cache.bytes, std::size_t{64} << 20);
  EXPECT_EQ(config.cache.max_ttl, seconds(86'400));
  EXPECT_EQ(config.cache.max_negative_ttl, seconds(3600));
  EXPECT_EQ(config.tcp.idle_timeout, seconds(10));
  EXPECT_EQ(config.tcp.connections, 1000U);
  EXPECT_EQ(config.tcp.connections_per_client, 100U);
  EXPECT_EQ(config.tcp.queries_per_connection, 100U);
  EXPECT_EQ(config.timeouts.query, seconds(4));
  EXPECT_EQ(config.timeouts.attempt, seconds(2));
  EXPECT_EQ(config.workers, 0U);
  EXPECT_EQ(config.admin.listen, std::nullopt);
  EXPECT_EQ(config.log_format, log::Format::text);
  EXPECT_EQ(config.log_level, log::Level::info);
}

TEST(ConfigReader, EmptyFileServesLocalClientsOnly) {
  const auto config = parsed("");
  const auto serves = [&](const char* client) {
    const auto address = asio::ip::make_address(client);
    return std::ranges::any_of(config.allow, [&](const Prefix& prefix) { return prefix.contains(address); });
  };
  for (const auto* client : {"127.0.0.1", "10.1.2.3", "172.31.255.255", "192.168.0.1", "100.127.0.1",
                             "169.254.1.1", "::1", "fd00::1", "fe80::1", "::ffff:10.0.0.1"})
    EXPECT_TRUE(serves(client)) << client;
  for (const auto* client : {"8.8.8.8", "172.32.0.1", "100.128.0.1", "2001:db8::1", "::2", "::ffff:8.8.8.8"})
    EXPECT_FALSE(serves(client)) << client;
}

TEST(ConfigReader, ReadsEverySetting) {
  const auto config = parsed(R"(
listen: ["udp://[::1]:5300"]
upstreams: { isp: { url: "udp://192.0.2.1" } }
allow: ["192.0.2.0/24", "2001:db8::1"]
cache: { size: 2GiB, max_ttl: 2h, max_negative_ttl: 90 }
tcp: { idle_timeout: 1500ms, connections: 5, connections_per_client: 4, queries_per_connection: 3 }
timeouts: { query: 3s, attempt: 250 }
workers: 2
admin: { listen: "[::1]:9153" }
log: { format: json, level: debug }
)");
  EXPECT_THAT(config.listen, ElementsAre(*parse_listen_url("udp://[::1]:5300")));
  EXPECT_THAT(config.allow, ElementsAre(Prefix::of(asio::ip::make_address("192.0.2.0"), 24),
                                        Prefix::of(asio::ip::make_address("2001:db8::1"), 128)));
  EXPECT_EQ(config.cache.bytes, std::size_t{2} << 30);
  EXPECT_EQ(config.cache.max_ttl, seconds(7200));
  EXPECT_EQ(config.cache.max_negative_ttl, seconds(90));
  EXPECT_EQ(config.tcp.idle_timeout, milliseconds(1500));
  EXPECT_EQ(config.tcp.connections, 5U);
  EXPECT_EQ(config.tcp.connections_per_client, 4U);
  EXPECT_EQ(config.tcp.queries_per_connection, 3U);
  EXPECT_EQ(config.timeouts.query, seconds(3));
  EXPECT_EQ(config.timeouts.attempt, milliseconds(250));
  EXPECT_EQ(config.workers, 2U);
  EXPECT_EQ(config.admin.listen->to_text(), "[::1]:9153");
  EXPECT_EQ(config.log_format, log::Format::json);
  EXPECT_EQ(config.log_level, log::Level::debug);
}

TEST(ConfigReader, DefaultAttemptIsNeverLongerThanTheQuery) {
  EXPECT_EQ(parsed("timeouts: { query: 1s }").timeouts.attempt, seconds(1));
}

TEST(ConfigReader, ReadsAnHttpsUpstream) {
  const auto config = parsed(R"(
upstreams:
  quad9:
    url: "https://dns.quad9.net:8443/ask"
    bootstrap: ["9.9.9.9", "149.112.112.112:5353", "2620:fe::fe", "[2620:fe::9]:5353"]
    operator: q9
    weight: 7
    method: get
    ca_file: home.arpa.zone
)");
  const auto& upstream = config.upstreams.at(0);
  EXPECT_EQ(upstream.name, "quad9");
  EXPECT_EQ(upstream.scheme, UpstreamScheme::https);
  EXPECT_EQ(upstream.address, std::nullopt);
  EXPECT_EQ(upstream.host, "dns.quad9.net");
  EXPECT_EQ(upstream.port, 8443);
  EXPECT_EQ(upstream.path, "/ask");
  EXPECT_EQ(upstream.method, HttpMethod::get);
  EXPECT_EQ(upstream.operator_name, "q9");
  EXPECT_EQ(upstream.weight, 7U);
  EXPECT_EQ(upstream.ca_file, file.parent_path() / "home.arpa.zone");
  std::vector<std::string> bootstrap;
  for (const auto& server : upstream.bootstrap) bootstrap.push_back(server.to_text());
  EXPECT_THAT(bootstrap,
              ElementsAre("9.9.9.9:53", "149.112.112.112:5353", "[2620:fe::fe]:53", "[2620:fe::9]:5353"));
}

TEST(ConfigReader, QueriesLeaveFromFreshPortsUnlessAPoolIsWanted) {
  const auto config =
      parsed(R"(upstreams: { a: { url: "udp://8.8.8.8" }, b: { url: "udp://9.9.9.9", ports: pool } })");
  EXPECT_EQ(config.upstreams.at(0).ports, PortMode::fresh);
  EXPECT_EQ(config.upstreams.at(1).ports, PortMode::pool);
}

TEST(ConfigReader, HttpsConnectionsAreKeptWarmUnlessToldOtherwise) {
  const auto config = parsed(R"(upstreams:
  a: { url: "https://1.1.1.1" }
  b: { url: "https://9.9.9.9", keep_warm: false }
  c: { url: "tcp://1.1.1.1" }
  d: { url: "tcp://9.9.9.9", keep_warm: true })");
  std::vector<bool> warm;
  for (const auto& upstream : config.upstreams) warm.push_back(upstream.keep_warm);
  EXPECT_THAT(warm, ElementsAre(true, false, false, true));
}

TEST(ConfigReader, HttpsUpstreamWithAnAddressNeedsNoBootstrap) {
  const auto config = parsed(R"(upstreams: { a: { url: "https://[2606:4700:4700::1111]" } })");
  EXPECT_EQ(config.upstreams.at(0).address->to_text(), "[2606:4700:4700::1111]:443");
  EXPECT_EQ(config.upstreams.at(0).path, "/dns-query");
}

TEST(ConfigReader, OperatorIsTheUpstreamsNameUnlessGiven) {
  EXPECT_EQ(parsed(R"(upstreams: { a: { url: "udp://192.0.2.1" } })").upstreams.at(0).operator_name, "a");
}

TEST(ConfigReader, ReadsGroups) {
  const auto config = parsed(R"(
upstreams: { a: { url: "udp://192.0.2.1" }, b: { url: "tcp://192.0.2.2:5353" }, c: { url: "authority://192.0.2.3" } }
groups:
  quick: { upstreams: [a, b, c], strategy: race, width: 3, uniform: false }
  even: { upstreams: [c, b], strategy: rotate, order: round_robin }
  steady: { upstreams: [c, b], strategy: rotate, order: hash }
  first: { upstreams: [c, b], strategy: failover }
  best: { upstreams: [c, b], strategy: fastest }
  plain: { upstreams: [b] }
routes: [{ suffix: ".", group: quick }]
)");
  const auto& quick = group_of(config, "quick");
  EXPECT_THAT(quick.upstreams, ElementsAre("a", "b", "c"));
  EXPECT_EQ(quick.strategy, StrategyKind::race);
  EXPECT_EQ(quick.width, 3U);
  EXPECT_FALSE(quick.uniform);
  const auto& even = group_of(config, "even");
  EXPECT_THAT(even.upstreams, ElementsAre("c", "b"));
  EXPECT_EQ(even.strategy, StrategyKind::rotate);
  EXPECT_EQ(even.order, RotateOrder::round_robin);
  const auto& plain = group_of(config, "plain");
  EXPECT_EQ(plain.strategy, StrategyKind::hedge);
  EXPECT_TRUE(plain.uniform);
  EXPECT_EQ(group_of(config, "steady").order, RotateOrder::hash);
  EXPECT_EQ(group_of(config, "first").strategy, StrategyKind::failover);
  EXPECT_THAT(group_of(config, "first").upstreams, ElementsAre("c", "b"));
  EXPECT_EQ(group_of(config, "best").strategy, StrategyKind::fastest);
}

TEST(ConfigReader, AConsensusAsksOneMoreThanMustAgreeIfThereAreSoManyOperators) {
  const auto config = parsed(R"(
upstreams: { a: { url: "udp://192.0.2.1" }, b: { url: "udp://192.0.2.2" }, c: { url: "udp://192.0.2.3" }, d: { url: "udp://192.0.2.4" } }
groups:
  two: { upstreams: [a, b], strategy: consensus }
  four: { upstreams: [a, b, c, d], strategy: consensus }
  strict: { upstreams: [a, b, c, d], strategy: consensus, quorum: 3 }
  narrow: { upstreams: [a, b, c, d], strategy: consensus, width: 2 }
routes: [{ suffix: ".", group: two }]
)");
  struct Case {
    const char* group;
    std::size_t width, quorum;
  };
  for (const auto& [name, width, quorum] :
       {Case{"two", 2, 2}, {"four", 3, 2}, {"strict", 4, 3}, {"narrow", 2, 2}}) {
    const auto& group = group_of(config, name);
    EXPECT_EQ(group.strategy, StrategyKind::consensus) << name;
    EXPECT_EQ(group.width, width) << name;
    EXPECT_EQ(group.quorum, quorum) << name;
  }
}

TEST(ConfigReader, AGroupMayFallBackOnAZone) {
  const auto config = parsed(R"(
upstreams: { a: { url: "udp://192.0.2.1" }, spare: { url: "zone:corp.example.zone" } }
groups: { office: { upstreams: [a], fallback: spare }, public: { upstreams: [a] } }
routes: [{ suffix: corp.example, group: office }, { suffix: ".", group: public }]
)");
  EXPECT_EQ(group_of(config, "office").fallback, "spare");
  EXPECT_EQ(group_of(config, "public").fallback, "");
  EXPECT_EQ(config.upstreams.at(1).zone_origin, name("corp.example"))
      << "the suffix of the group that has it";
}

TEST(ConfigReader, StaleAnswersAreServedForADayUnlessToldOtherwise) {
  const auto usual = parsed("");
  EXPECT_EQ(usual.cache.max_stale, seconds(86'400));
  EXPECT_EQ(usual.timeouts.stale, milliseconds(1800));
  const auto changed = parsed("cache: { max_stale: 3d }\ntimeouts: { stale: 500ms }");
  EXPECT_EQ(changed.cache.max_stale, seconds(259'200));
  EXPECT_EQ(changed.timeouts.stale, milliseconds(500));
  EXPECT_EQ(parsed("timeouts: { stale: 0 }").timeouts.stale, milliseconds(0)) << "at once";
}

TEST(ConfigReader, RouteToAnUpstreamMakesAGroupOfOne) {
  const auto config = parsed(R"(
upstreams: { a: { url: "udp://192.0.2.1" }, b: { url: "udp://192.0.2.2" } }
routes: [{ suffix: corp.example, group: a }, { suffix: lan, group: a }, { suffix: ., group: b }]
)");
  EXPECT_THAT(routes_of(config), ElementsAre("corp.example. a", "lan. a", ". b"));
  ASSERT_EQ(config.groups.size(), 2U);
  EXPECT_THAT(group_of(config, "a").upstreams, ElementsAre("a"));
}

TEST(ConfigReader, OnlyGroupServesTheRoot) {
  const auto config = parsed(R"(
upstreams: { a: { url: "udp://192.0.2.1" }, b: { url: "udp://192.0.2.2" } }
groups: { both: { upstreams: [a, b] } }
routes: [{ suffix: lan, group: a }]
)");
  EXPECT_THAT(routes_of(config), ElementsAre("lan. a", ". both"));
}

TEST(ConfigReader, OnlyUpstreamServesTheRoot) {
  EXPECT_THAT(routes_of(parsed(R"(upstreams: { a: { url: "udp://192.0.2.1" } })")), ElementsAre(". a"));
}

TEST(ConfigReader, UpstreamsAloneFormAGroupThatHedges) {
  const auto config = parsed(R"(
upstreams:
  a: { url: "udp://192.0.2.1" }
  b: { url: "udp://192.0.2.2" }
  home: { url: "zone:home.arpa.zone", origin: home.arpa }
)");
  EXPECT_THAT(routes_of(config), ElementsAre(". default"));
  EXPECT_THAT(group_of(config, "default").upstreams, ElementsAre("a", "b"));
  EXPECT_EQ(group_of(config, "default").strategy, StrategyKind::hedge);
}

TEST(ConfigReader, ZoneTakesItsOriginFromItsOnlyRoute) {
  const auto config = parsed(R"(
upstreams: { home: { url: "zone:home.arpa.zone" }, a: { url: "udp://192.0.2.1" } }
groups: { local: { upstreams: [home] } }
routes: [{ suffix: home.arpa, group: local }, { suffix: ., group: a }]
)");
  EXPECT_EQ(config.upstreams.at(0).zone_origin, name("home.arpa"));
  EXPECT_EQ(config.upstreams.at(0).zone_file, file.parent_path() / "home.arpa.zone");
}

TEST(ConfigReader, WrittenOriginWinsOverTheRoute) {
  const auto config = parsed(R"(
upstreams: { home: { url: "zone:home.arpa.zone", origin: home.arpa }, a: { url: "udp://192.0.2.1" } }
routes: [{ suffix: nas.home.arpa, group: home }, { suffix: ., group: a }]
)");
  EXPECT_EQ(config.upstreams.at(0).zone_origin, name("home.arpa"));
}

TEST(ConfigReader, ZoneWithoutARouteNeedsAnOrigin) {
  EXPECT_EQ(first_message(R"(
upstreams: { home: { url: "zone:home.arpa.zone" }, a: { url: "udp://192.0.2.1" } }
)"),
            "has no \"origin\", and no route leads here that would tell it");
}

TEST(ConfigReader, ZoneWithSeveralRoutesNeedsAnOrigin) {
  EXPECT_EQ(first_message(R"(
upstreams: { home: { url: "zone:home.arpa.zone" } }
routes: [{ suffix: home.arpa, group: home }, { suffix: ., group: home }]
)"),
            "has no \"origin\", and several routes lead here");
}

TEST(ConfigReader, BootstrapAtOurOwnAddressIsRefused) {
  EXPECT_EQ(first_message(R"(upstreams: { a: { url: "https://dns.example/", bootstrap: ["127.0.0.1"] } })"),
            "\"127.0.0.1:53\" is an address that Tributary listens on itself (udp 127.0.0.1:53): it would "
            "ask itself "
            "without end; name another server");
}

TEST(ConfigReader, AnUpstreamThatAWildcardListensOnIsRefused) {
  EXPECT_EQ(
      first_message(R"(
listen: ["udp://0.0.0.0", "tcp://0.0.0.0"]
upstreams: { a: { url: "udp://127.0.0.9" } }
)"),
      "\"127.0.0.9:53\" is an address that Tributary listens on itself (udp 0.0.0.0:53): it would ask itself "
      "without end; name another server");
}

TEST(ConfigReader, MissingFileIsNamed) {
  const auto config = read_config("/nonexistent/tributary.yaml");
  ASSERT_FALSE(config);
  EXPECT_EQ(text_of(config.error()),
            "/nonexistent/tributary.yaml: cannot be read: No such file or directory\n");
}

TEST(ConfigReader, FolderIsNoFile) {
  const auto config = read_config(TRIBUTARY_SOURCE_DIR);
  ASSERT_FALSE(config);
  EXPECT_EQ(text_of(config.error()), TRIBUTARY_SOURCE_DIR ": cannot be read: Is a directory\n");
}

TEST(ConfigReader, TooLargeFileIsRefusedWhole) {
  const auto config = parse_config(std::string((1U << 20) + 1, '\n'), "t.yaml");
  ASSERT_FALSE(config);
  EXPECT_EQ(text_of(config.error()), "t.yaml: is larger than 1 MiB\n");
  EXPECT_TRUE(parse_config(std::string(1U << 20, '\n'), "t.yaml"));
}

TEST(ConfigReader, UnprintableKeysDoNotReachTheTerminal) {
  const auto config = parse_config("\"a\\eb\": 1", "t.yaml");
  ASSERT_FALSE(config);
  EXPECT_EQ(text_of(config.error()).substr(0, 34), "t.yaml:1:1: a\\x1bb: \"a\\x1bb\" is no");
}

}  // namespace
}  // namespace tributary::policy
