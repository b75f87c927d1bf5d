#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "policy/config_reader.hpp"

namespace tributary::policy {
namespace {

using ::testing::HasSubstr;

QueryLogConfig section(const std::string& yaml) {
  const auto config = parse_config("query_log: " + yaml, "/etc/tributary/t.yaml");
  if (config) return config->query_log;
  for (const auto& error : config.error()) ADD_FAILURE() << error.to_text();
  return {};
}

std::string first_error(const std::string& yaml) {
  const auto config = parse_config("query_log: " + yaml, "/etc/tributary/t.yaml");
  return config ? "" : config.error().front().to_text();
}

TEST(QueryLogSection, NothingIsLoggedWithoutIt) {
  EXPECT_FALSE(parse_config("", "t.yaml")->query_log.wanted());
}

TEST(QueryLogSection, HasDefaults) {
  const auto log = section("{ json: /var/log/q }");
  EXPECT_TRUE(log.wanted());
  EXPECT_EQ(log.json, "/var/log/q");
  EXPECT_EQ(log.sample, 1u);
  EXPECT_EQ(log.ipv4_bits, 32);
  EXPECT_EQ(log.ipv6_bits, 128);
  EXPECT_EQ(log.queue, std::size_t{4} << 20);
}

TEST(QueryLogSection, ReadsEveryKey) {
  const auto log = section(
      "{ dnstap: \"file:/q.dnstap\", json: /q, sample: 100, client_bits: { ipv4: 24, ipv6: 48 }, queue: 1MiB "
      "}");
  EXPECT_EQ(log.dnstap_file, "/q.dnstap");
  EXPECT_FALSE(log.dnstap_socket);
  EXPECT_EQ(log.sample, 100u);
  EXPECT_EQ(log.ipv4_bits, 24);
  EXPECT_EQ(log.ipv6_bits, 48);
  EXPECT_EQ(log.queue, std::size_t{1} << 20);
}

TEST(QueryLogSection, PathsStartAtTheFolderOfTheFile) {
  const auto log = section("{ dnstap: \"unix:run/dnstap.sock\", json: queries }");
  EXPECT_EQ(log.dnstap_socket, "/etc/tributary/run/dnstap.sock");
  EXPECT_EQ(log.json, "/etc/tributary/queries");
}

TEST(QueryLogSection, TellsWhatIsWrong) {
  EXPECT_THAT(first_error("{ sample: 2 }"), HasSubstr("has neither \"dnstap\" nor \"json\"; add one"));
  EXPECT_THAT(first_error("{ dnstap: /run/dnstap.sock }"),
              HasSubstr("\"/run/dnstap.sock\" begins with neither \"unix:\""));
  EXPECT_THAT(first_error("{ json: / }"), HasSubstr("query_log.json: \"/\" is no name of a file"));
  EXPECT_THAT(first_error("{ json: \"\" }"), HasSubstr("is no name of a file"));
  EXPECT_THAT(first_error("{ dnstap: \"unix:/" + std::string(107, 'x') + "\" }"),
              HasSubstr("is too long for a socket; at most 107 octets"));
  EXPECT_THAT(first_error("{ json: q, dnstab: q }"), HasSubstr("did you mean \"dnstap\"?"));
  EXPECT_THAT(first_error("{ json: q, client_bits: { ipv4: 33 } }"),
              HasSubstr("query_log.client_bits.ipv4: \"33\" is too large; allowed are 0 to 32"));
}

TEST(QueryLogSection, ASocketMayHaveTheLongestName) {
  const auto name = "/" + std::string(106, 'x');
  EXPECT_EQ(section("{ dnstap: \"unix:" + name + "\" }").dnstap_socket, name);
}

}  // namespace
}  // namespace tributary::policy
