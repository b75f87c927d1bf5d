#include "resolver/querylog/json_line.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/querylog/querylog_fixture.hpp"

namespace tributary::resolver::testing {
namespace {

const std::vector<std::string> upstreams{"quad9", "home"};

std::string line_of(const Sample& sample) {
  std::string out;
  append_json_line(sample.logged(), upstreams, out);
  return out;
}

nlohmann::json parsed(const Sample& sample) {
  return nlohmann::json::parse(line_of(sample));
}

TEST(JsonLine, TellsEverything) {
  Sample sample;
  sample.facts.origin = {AnswerSource::upstream, cache::upstream_place(0), cache::Security::secure};
  sample.facts.rcode = dns::Rcode::NXDOMAIN;
  sample.facts.error = dns::ExtendedError{22};
  EXPECT_EQ(line_of(sample),
            R"({"time":"2026-11-22T13:00:00.123456Z","client":"192.0.2.1","protocol":"udp",)"
            R"("name":"www.example.","type":"A","rcode":"NXDOMAIN","source":"upstream","upstream":"quad9",)"
            R"("security":"secure","ede":22,"latency_ms":8.204,"bytes":40})"
            "\n");
}

TEST(JsonLine, LeavesOutWhatIsNotKnown) {
  Sample sample;
  sample.query = {1, 2, 3};
  EXPECT_EQ(line_of(sample),
            R"({"time":"2026-11-22T13:00:00.123456Z","client":"192.0.2.1","protocol":"udp",)"
            R"("rcode":"NOERROR","source":"local","security":"unchecked","latency_ms":8.204,"bytes":40})"
            "\n");
}

TEST(JsonLine, NamesNoUpstreamThatTheConfigurationLacks) {
  Sample sample;
  sample.facts.origin.upstream = cache::upstream_place(2);
  EXPECT_FALSE(parsed(sample).contains("upstream"));
}

TEST(JsonLine, KnowsIPv6AndTcp) {
  Sample sample;
  sample.facts.client =
      ClientOctets::of({asio::ip::make_address("2001:db8::1"), Protocol::tcp, Instant(), 53});
  sample.facts.protocol = Protocol::tcp;
  EXPECT_EQ(parsed(sample)["client"], "2001:db8::1");
  EXPECT_EQ(parsed(sample)["protocol"], "tcp");
}

TEST(JsonLine, UnknownTypesAndCodesHaveNumbers) {
  Sample sample;
  sample.query = query_octets("www.example.", dns::Type{65280});
  EXPECT_EQ(parsed(sample)["type"], "TYPE65280");
}

/// Whatever a client writes into a name: the line stays one line, valid, and tells it.
TEST(JsonLine, EveryOctetOfANameIsSafe) {
  for (unsigned octet = 0; octet < 256; ++octet) {
    const std::uint8_t wire[] = {1, static_cast<std::uint8_t>(octet), 0};
    const auto name = dns::Name::from_wire(wire).value();
    Sample sample;
    sample.query = dns::build_query({}, {name, dns::Type::A, dns::Class::IN}, nullptr);
    const auto line = line_of(sample);
    EXPECT_EQ(line.find('\n'), line.size() - 1) << octet;
    for (const char c : line.substr(0, line.size() - 1)) EXPECT_TRUE(c >= ' ' && c <= '~') << octet;
    const auto told = dns::Name::parse(parsed(sample)["name"].get<std::string>());
    ASSERT_TRUE(told) << octet;
    EXPECT_TRUE(told->identical(name)) << octet;
  }
}

TEST(UtcText, TellsMicroseconds) {
  EXPECT_EQ(utc_text(Duration::zero()), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(utc_text(std::chrono::seconds(951'782'400) + Duration(999)), "2000-02-29T00:00:00.000000Z");
  EXPECT_EQ(utc_text(std::chrono::seconds(4'102'444'799) + Duration(999'999'999)),
            "2099-12-31T23:59:59.999999Z");
}

}  // namespace
}  // namespace tributary::resolver::testing
