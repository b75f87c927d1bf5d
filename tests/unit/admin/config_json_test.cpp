#include "resolver/admin/config_json.hpp"

#include <filesystem>

#include <gtest/gtest.h>

#include "policy/config_reader.hpp"

namespace tributary::resolver {
namespace {

/// What is shown can be put into a file, and says the same there.
TEST(ConfigJson, IsAConfigurationThatSaysTheSame) {
  std::size_t examples = 0;
  for (const auto& entry : std::filesystem::directory_iterator(TRIBUTARY_SOURCE_DIR "/conf")) {
    if (entry.path().extension() != ".yaml") continue;
    SCOPED_TRACE(entry.path());
    const auto config = policy::read_config(entry.path());
    ASSERT_TRUE(config);
    const auto shown = config_json(*config);
    const auto again = policy::parse_config(shown, entry.path());
    ASSERT_TRUE(again) << again.error().front().to_text() << "\n" << shown;
    EXPECT_EQ(config_json(*again), shown);
    ++examples;
  }
  EXPECT_GE(examples, 4u);
}

TEST(ConfigJson, ShowsEverySettingThatIsNotTheDefault) {
  const auto yaml = R"({"listen": ["udp://127.0.0.1:5300"],
    "upstreams": {"a": {"url": "https://[2001:db8::1]:8443/q", "operator": "x", "weight": 3, "method": "get", "keep_warm": false},
                  "b": {"url": "udp://192.0.2.1:5353", "ports": "pool"}},
    "groups": {"g": {"upstreams": ["a", "b"], "strategy": "consensus", "quorum": 2, "width": 2},
               "h": {"upstreams": ["b"], "strategy": "rotate", "order": "hash", "uniform": false}},
    "routes": [{"suffix": "corp.test", "group": "h", "dnssec": "off"}, {"suffix": ".", "group": "g"}],
    "allow": ["192.0.2.0/24"], "cache": {"size": "2MiB", "max_ttl": "2h", "max_negative_ttl": "1m", "max_stale": "3h"},
    "tcp": {"idle_timeout": "3s", "connections": 7, "connections_per_client": 2, "queries_per_connection": 3},
    "timeouts": {"query": "3s", "attempt": "1s", "stale": "500ms"},
    "dnssec": {"mode": "permissive", "negative_trust_anchors": ["corp.test"], "sha1": "on", "clock": "trusted",
               "max_nsec3_iterations": 10, "max_bogus_ttl": "30s"},
    "workers": 3, "admin": {"listen": "127.0.0.1:9153"}, "log": {"format": "json", "level": "debug"}})";
  const auto config = policy::parse_config(yaml, "t.yaml");
  ASSERT_TRUE(config) << config.error().front().to_text();
  const auto shown = config_json(*config);
  for (const auto* part : {"https://[2001:db8::1]:8443/q",
                           "\"weight\": 3",
                           "\"method\": \"get\"",
                           "\"keep_warm\": false",
                           "\"ports\": \"pool\"",
                           "\"quorum\": 2",
                           "\"order\": \"hash\"",
                           "\"uniform\": false",
                           "\"dnssec\": \"off\"",
                           "192.0.2.0/24",
                           "2MiB",
                           "\"max_stale\": \"3h\"",
                           "\"connections\": 7",
                           "\"stale\": \"500ms\"",
                           "permissive",
                           "\"sha1\": \"on\"",
                           "trusted",
                           "\"max_bogus_ttl\": \"30s\"",
                           "\"workers\": 3",
                           "127.0.0.1:9153",
                           "debug"})
    EXPECT_NE(shown.find(part), shown.npos) << part << "\n" << shown;
  const auto again = policy::parse_config(shown, "t.yaml");
  ASSERT_TRUE(again) << again.error().front().to_text() << "\n" << shown;
  EXPECT_EQ(config_json(*again), shown);
}

}  // namespace
}  // namespace tributary::resolver
