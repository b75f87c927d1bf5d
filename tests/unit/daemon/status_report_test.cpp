#include "resolver/daemon/status_report.hpp"

#include <gtest/gtest.h>

#include "policy/config_reader.hpp"
#include "tests/support/scripted_random.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;

constexpr auto yaml = R"(
upstreams:
  quad9: { url: "udp://192.0.2.9" }
  office: { url: "tcp://192.0.2.53" }
groups: { all: { upstreams: [quad9, office] } }
)";

class StatusReport : public ::testing::Test {
 protected:
  StatusReport() {
    sources.version = "1.2.3";
    sources.queries = {&counters};
    sources.listeners = {&listener};
    sources.upstreams = {&quad9, &office};
    sources.groups = {{"all", [] { return false; }}};
  }
  Status report() {
    return status_report({config, sources, now - 1h, RecentTraffic{12.5, {}}}, now, 1'795'000'000s);
  }
  void open(Health& health) {
    for (DomainTag domain = 1; domain <= 3; ++domain) {
      const Instant at = now - (3 - domain) * 1s;
      health.failed({Origin::client, domain, at}, {Failure::Kind::timeout, "no reply", {}}, at, random);
    }
  }

  policy::Config config = *policy::parse_config(yaml, "/etc/t.yaml");
  const Instant now{5h};
  QueryCounters counters;
  ListenerCounters listener;
  Health quad9{"quad9"}, office{"office"};
  LocalLink link;
  dnssec::SharedClockState clock;
  cache::AnswerCache cache{1 << 20};
  ScriptedRandom random{0x80000000};
  ReloadStatus reloads{std::chrono::sys_seconds(1'795'000'000s)};
  MetricSources sources{"", {}, {}, {}, &cache, &link, &clock, &reloads, {}};
};

TEST_F(StatusReport, TellsWhatTheDaemonIs) {
  const auto status = report();
  EXPECT_EQ(status.version, "1.2.3");
  EXPECT_EQ(status.uptime_seconds, 3600);
  EXPECT_EQ(status.configuration.file, "/etc/t.yaml");
  EXPECT_EQ(status.configuration.loaded, "2026-11-18T11:06:40Z");
  EXPECT_EQ(status.listeners, (std::vector<std::string>{"udp://127.0.0.1:53", "tcp://127.0.0.1:53"}));
  ASSERT_EQ(status.groups.size(), 1u);
  EXPECT_EQ(status.groups[0].strategy, "hedge");
}

TEST_F(StatusReport, AddsUpTraffic) {
  EXPECT_EQ(report().traffic.hit_ratio, std::nullopt);
  for (int i = 0; i < 3; ++i)
    counters.cache_hits.add(), listener.arrivals.of({"127.0.0.1:53", "udp"}).count(dns::TypeClass::A);
  counters.cache_misses.add(), listener.arrivals.of({"127.0.0.1:53", "udp"}).count(dns::TypeClass::A);
  const auto traffic = report().traffic;
  EXPECT_EQ(traffic.queries, 4u);
  EXPECT_EQ(traffic.hit_ratio, 0.75);
  EXPECT_EQ(traffic.queries_per_second, 12.5);
}

TEST_F(StatusReport, TellsWhyAnUpstreamIsOpen) {
  open(quad9);
  const auto status = report();
  const auto& upstream = status.upstreams[0];
  EXPECT_EQ(upstream.url, "udp://192.0.2.9:53");
  EXPECT_EQ(upstream.state, "open");
  EXPECT_EQ(upstream.failures, (std::map<std::string, std::uint64_t>{{"timeout", 3}}));
  ASSERT_EQ(upstream.transitions.size(), 1u);
  EXPECT_EQ(upstream.transitions[0].from, "closed");
  EXPECT_EQ(upstream.transitions[0].to, "open");
  EXPECT_NE(upstream.reason->find("no reply"), std::string::npos);
  EXPECT_EQ(upstream.since, upstream.transitions[0].at);
  EXPECT_NEAR(*upstream.next_probe_seconds, 1, 0.3);
  EXPECT_EQ(status.upstreams[1].reason, std::nullopt);
  EXPECT_FALSE(status.problems.empty());
}

TEST_F(StatusReport, TellsTheLastFailureAndWhyTheClockIsAsItIs) {
  EXPECT_FALSE(report().upstreams[0].last_failure);
  open(quad9);
  clock.tell_why("it shows 1970");
  const auto status = report();
  ASSERT_TRUE(status.upstreams[0].last_failure);
  EXPECT_EQ(status.upstreams[0].last_failure->reason, "timeout");
  EXPECT_EQ(status.upstreams[0].last_failure->detail, "no reply");
  EXPECT_EQ(status.clock.reason, "it shows 1970");
}

TEST_F(StatusReport, TellsTheProblemsOfResolvConfToo) {
  const auto count = report().problems.size();
  const auto with_file = status_report(
      {config, sources, now - 1h, {}, policy::parse_resolv_conf("nameserver 127.0.0.1")}, now, 1s);
  ASSERT_EQ(with_file.problems.size(), count + 1);
  EXPECT_NE(with_file.problems.back().what.find("trust-ad"), std::string::npos);
}

TEST_F(StatusReport, TellsTheLatencyOfReplies) {
  EXPECT_FALSE(report().upstreams[0].latency);
  for (int i = 1; i <= 100; ++i) quad9.succeeded(std::chrono::milliseconds(i), now);
  const auto latency = report().upstreams[0].latency;
  ASSERT_TRUE(latency);
  EXPECT_EQ(latency->p99, 99);
}

TEST_F(StatusReport, ListsBogusRepliesOfAllUpstreamsNewestFirst) {
  const dns::Question question{*dns::Name::parse("a.test"), dns::Type::A, dns::Class::IN};
  for (int i = 0; i < 40; ++i) {
    quad9.replied_bogus(question, {dns::ExtendedError::dnskey_missing, "old"}, now - 2min + i * 1s);
    office.replied_bogus(question, {dns::ExtendedError::dnssec_bogus, "new"}, now - 1min + i * 1s);
  }
  const auto failures = report().dnssec.failures;
  ASSERT_EQ(failures.size(), 50u);
  EXPECT_EQ(failures.front().upstream, "office");
  EXPECT_EQ(failures.front().ede, 6);
  EXPECT_EQ(failures.back().upstream, "quad9");
  EXPECT_EQ(failures.back().reason, "old");
}

TEST_F(StatusReport, ASourceIsUsableUnlessOpenOrDisabled) {
  EXPECT_EQ(no_usable_source(config, sources), std::nullopt);
  open(quad9);
  EXPECT_EQ(no_usable_source(config, sources), std::nullopt);
  office.disable();
  EXPECT_NE(no_usable_source(config, sources), std::nullopt);
  config.upstreams[1].scheme = policy::UpstreamScheme::zone;
  EXPECT_NE(no_usable_source(config, sources), std::nullopt);
  office.enable();
  EXPECT_EQ(no_usable_source(config, sources), std::nullopt);
}

}  // namespace
}  // namespace tributary::resolver
