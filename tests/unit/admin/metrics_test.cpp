#include "resolver/admin/metrics.hpp"

#include <algorithm>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include <gmock/gmock.h>

#include "tests/support/scripted_random.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::Pair;

/// The samples of a text in Prometheus' format, by name and labels as they stand in it.
using Samples = std::map<std::string, double>;

Samples samples_of(const std::string& text) {
  static const std::regex sample(R"re(([a-z_]+(?:\{[a-z]+="[^"\\]*"(?:,[a-z]+="[^"\\]*")*\})?) (\S+))re");
  static const std::regex comment("# (HELP|TYPE) [a-z_]+ .+");
  Samples samples;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (std::regex_match(line, match, sample)) {
      EXPECT_TRUE(samples.emplace(match[1], std::stod(match[2])).second) << "twice: " << line;
    } else {
      EXPECT_TRUE(std::regex_match(line, comment)) << line;
    }
  }
  return samples;
}

/// The names of the series and of their labels, without the labels' values: "name{state,upstream}".
std::set<std::string> shapes_of(const Samples& samples) {
  static const std::regex value(R"re(="[^"]*")re");
  std::set<std::string> shapes;
  for (const auto& [series, number] : samples) shapes.insert(std::regex_replace(series, value, ""));
  return shapes;
}

class MetricsTest : public ::testing::Test {
 protected:
  Samples samples() const { return samples_of(metrics_text(sources, now)); }

  QueryCounters queries[2];
  ListenerCounters listeners[2];
  const Instant now{1h};
  LocalLink link;
  dnssec::SharedClockState clock;
  Health quad9{"quad9"}, office{"office"};
  cache::AnswerCache cache{1 << 20};
  ReloadStatus reloads{ReloadStatus::Time(1'700'000'000s)};
  ScriptedRandom random{0};
  bool office_degraded = false;
  const MetricSources sources{
      "1.2.3",
      {&queries[0], &queries[1]},
      {&listeners[0], &listeners[1]},
      {&quad9, &office},
      &cache,
      &link,
      &clock,
      {{"world", [] { return false; }}, {"office", [this] { return office_degraded; }}},
      &reloads};
};

TEST_F(MetricsTest, HasEverySeriesFromTheStart) {
  const std::set<std::string> expected{
      "tributary_build_info{version}",
      "tributary_queries_total{protocol}",
      "tributary_responses_total{rcode}",
      "tributary_dnssec_denied_from_cache_total",
      "tributary_dnssec_signature_checks_total",
      "tributary_dnssec_verdicts_total{verdict}",
      "tributary_dropped_total{reason}",
      "tributary_coalesced_queries_total",
      "tributary_local_answers_total",
      "tributary_tcp_connections_total",
      "tributary_cache_hits_total",
      "tributary_cache_misses_total",
      "tributary_stale_answers_total",
      "tributary_refreshes_total",
      "tributary_refresh_failures_total",
      "tributary_cache_evictions_total",
      "tributary_cache_entries",
      "tributary_cache_bytes",
      "tributary_cache_limit_bytes",
      "tributary_upstream_state{upstream,state}",
      "tributary_upstream_queries_total{upstream}",
      "tributary_upstream_probes_total{upstream}",
      "tributary_upstream_replies_total{upstream}",
      "tributary_upstream_wins_total{upstream}",
      "tributary_upstream_failures_total{upstream,reason}",
      "tributary_upstream_overdue_total{upstream}",
      "tributary_upstream_hedged_total{upstream}",
      "tributary_upstream_outdone_total{upstream}",
      "tributary_upstream_bogus_total{upstream}",
      "tributary_upstream_disagreements_total{upstream}",
      "tributary_upstream_validates{upstream}",
      "tributary_upstream_injections_total{upstream}",
      "tributary_upstream_ttl_anomalies_total{upstream,kind}",
      "tributary_group_degraded{group}",
      "tributary_upstream_typical_latency_seconds{upstream}",
      "tributary_upstream_penalty_seconds{upstream}",
      "tributary_upstream_share{upstream}",
      "tributary_upstream_in_flight{upstream}",
      "tributary_link_down",
      "tributary_link_outages_total",
      "tributary_clock_state{state}",
      "tributary_clock_steps_total",
      "tributary_clock_last_step_seconds",
      "tributary_clock_max_error_seconds",
      "tributary_reloads_total{result}",
      "tributary_last_reload_successful",
      "tributary_last_reload_success_timestamp_seconds",
      "tributary_querylog_written_total{to}",
      "tributary_querylog_dropped_total{at}",
      "tributary_upstream_latency_seconds_bucket{upstream,le}",
      "tributary_upstream_latency_seconds_count{upstream}",
      "tributary_upstream_latency_seconds_sum{upstream}",
  };
  EXPECT_EQ(shapes_of(samples()), expected);
}

TEST_F(MetricsTest, EverySeriesHasATypeAndHelp) {
  const auto text = metrics_text(sources, now);
  for (const auto& shape : shapes_of(samples())) {
    auto name = shape.substr(0, shape.find('{'));
    name = std::regex_replace(name, std::regex("(upstream_latency_seconds)_(bucket|count|sum)"), "$1");
    EXPECT_NE(text.find("# HELP " + name + " "), std::string::npos) << name;
    EXPECT_NE(text.find("# TYPE " + name + " "), std::string::npos) << name;
  }
}

TEST_F(MetricsTest, SeriesNeitherComeNorGo) {
  const auto before = samples();
  queries[0].responses[3].add();
  queries[0].responses[23].add();
  listeners[0].udp_dropped_overload.add();
  quad9.query_sent(CircuitBreaker::Origin::client);
  quad9.succeeded(30ms, Instant(1h));
  quad9.failed({}, {Failure::Kind::rate_limited, "HTTP 429", {}}, Instant(1h), random);
  const auto after = samples();
  EXPECT_TRUE(
      std::ranges::equal(before, after, {}, &Samples::value_type::first, &Samples::value_type::first));
}

TEST_F(MetricsTest, SumsTheWorkers) {
  queries[0].udp.add(3);
  queries[1].udp.add(4);
  queries[1].tcp.add();
  queries[0].cache_hits.add();
  queries[0].stale_answers.add(2);
  queries[1].refreshes.add(8);
  queries[1].refresh_failures.add(7);
  queries[1].responses[3].add(2);
  listeners[0].tcp_accepted.add(5);
  listeners[1].udp_dropped_overload.add(6);
  const auto all = samples();
  EXPECT_THAT(all, Contains(Pair(R"(tributary_queries_total{protocol="udp"})", 7)));
  EXPECT_THAT(all, Contains(Pair(R"(tributary_queries_total{protocol="tcp"})", 1)));
  EXPECT_THAT(all, Contains(Pair("tributary_cache_hits_total", 1)));
  EXPECT_THAT(all, Contains(Pair("tributary_stale_answers_total", 2)));
  EXPECT_THAT(all, Contains(Pair("tributary_refreshes_total", 8)));
  EXPECT_THAT(all, Contains(Pair("tributary_refresh_failures_total", 7)));
  EXPECT_THAT(all, Contains(Pair(R"(tributary_responses_total{rcode="NXDOMAIN"})", 2)));
  EXPECT_THAT(all, Contains(Pair("tributary_tcp_connections_total", 5)));
  EXPECT_THAT(all, Contains(Pair(R"(tributary_dropped_total{reason="overload"})", 6)));
}

TEST_F(MetricsTest, AnUpstreamIsInOneState) {
  quad9.failed({}, {Failure::Kind::rate_limited, "HTTP 429", {}}, Instant(1h), random);
  const auto all = samples();
  EXPECT_THAT(all, Contains(Pair(R"(tributary_upstream_state{upstream="quad9",state="open"})", 1)));
  EXPECT_THAT(all, Contains(Pair(R"(tributary_upstream_state{upstream="quad9",state="closed"})", 0)));
  EXPECT_THAT(all, Contains(Pair(R"(tributary_upstream_state{upstream="quad9",state="half_open"})", 0)));
  EXPECT_THAT(all, Contains(Pair(R"(tributary_upstream_state{upstream="office",state="closed"})", 1)));
  EXPECT_THAT(
      all, Contains(Pair(R"(tributary_upstream_failures_total{upstream="quad9",reason="rate_limited"})", 1)));
  EXPECT_THAT(all,
              Contains(Pair(R"(tributary_upstream_failures_total{upstream="quad9",reason="timeout"})", 0)));
}

TEST_F(MetricsTest, WhatIsNobodysFailureHasNoSeries) {
  EXPECT_FALSE(
      samples().contains(R"(tributary_upstream_failures_total{upstream="quad9",reason="cancelled"})"));
}

TEST_F(MetricsTest, TellsWhereRepliesAreInjected) {
  quad9.saw_injection();
  quad9.saw_injection();
  const auto all = samples();
  EXPECT_THAT(all, Contains(Pair(R"(tributary_upstream_injections_total{upstream="quad9"})", 2)));
  EXPECT_THAT(all, Contains(Pair(R"(tributary_upstream_injections_total{upstream="office"})", 0)));
}

TEST_F(MetricsTest, TellsWhichTtlsAreOdd) {
  quad9.told_odd_ttl(TtlAnomaly::above_original);
  office.told_odd_ttl(TtlAnomaly::risen);
  office.told_odd_ttl(TtlAnomaly::risen);
  const auto all = samples();
  const auto of = [&](const std::string& upstream, const std::string& kind) {
    return all.at("tributary_upstream_ttl_anomalies_total{upstream=\"" + upstream + "\",kind=\"" + kind +
                  "\"}");
  };
  EXPECT_EQ(of("quad9", "above_original"), 1);
  EXPECT_EQ(of("quad9", "risen"), 0);
  EXPECT_EQ(of("quad9", "never_falls"), 0);
  EXPECT_EQ(of("office", "above_original"), 0);
  EXPECT_EQ(of("office", "risen"), 2);
}

TEST_F(MetricsTest, TellsWhichGroupsAreDegraded) {
  EXPECT_THAT(samples(), Contains(Pair(R"(tributary_group_degraded{group="office"})", 0)));
  office_degraded = true;
  EXPECT_THAT(samples(), Contains(Pair(R"(tributary_group_degraded{group="office"})", 1)));
  EXPECT_THAT(samples(), Contains(Pair(R"(tributary_group_degraded{group="world"})", 0)));
}

TEST_F(MetricsTest, LatencyBucketsAreCumulative) {
  quad9.succeeded(400us, Instant(1h));
  quad9.succeeded(30ms, Instant(1h));
  quad9.succeeded(3s, Instant(1h));
  const auto all = samples();
  const auto bucket = [&](const std::string& bound) {
    return all.at(R"(tributary_upstream_latency_seconds_bucket{upstream="quad9",le=")" + bound + R"("})");
  };
  EXPECT_EQ(bucket("0.0005"), 1);
  EXPECT_EQ(bucket("0.02"), 1);
  EXPECT_EQ(bucket("0.05"), 2);
  EXPECT_EQ(bucket("2"), 2);
  EXPECT_EQ(bucket("+Inf"), 3);
  EXPECT_THAT(all, Contains(Pair(R"(tributary_upstream_latency_seconds_count{upstream="quad9"})", 3)));
  EXPECT_THAT(all, Contains(Pair(R"(tributary_upstream_latency_seconds_sum{upstream="quad9"})",
                                 ::testing::DoubleNear(3.0304, 1e-9))));
}

TEST_F(MetricsTest, TellsHowAnUpstreamStands) {
  quad9.query_sent(Origin::client);
  quad9.query_sent(Origin::client);
  quad9.succeeded(30ms, now);
  quad9.unanswered_at_hedge(now);
  quad9.disagreed();
  const auto all = samples();
  EXPECT_THAT(all, Contains(Pair(R"(tributary_upstream_typical_latency_seconds{upstream="quad9"})", 0.03)));
  EXPECT_THAT(all, Contains(Pair(R"(tributary_upstream_penalty_seconds{upstream="quad9"})", 0.004)));
  EXPECT_THAT(all, Contains(Pair(R"(tributary_upstream_in_flight{upstream="quad9"})", 1)));
  EXPECT_THAT(all, Contains(Pair(R"(tributary_upstream_share{upstream="quad9"})", 1)));
  EXPECT_THAT(all, Contains(Pair(R"(tributary_upstream_hedged_total{upstream="quad9"})", 1)));
  EXPECT_THAT(all, Contains(Pair(R"(tributary_upstream_outdone_total{upstream="quad9"})", 0)));
  EXPECT_THAT(all, Contains(Pair(R"(tributary_upstream_disagreements_total{upstream="quad9"})", 1)));
}

TEST_F(MetricsTest, TellsWhetherOurLinkIsDown) {
  EXPECT_THAT(samples(), Contains(Pair("tributary_link_down", 0)));
  link.failed(link.join([](Instant) {}), 1, true, now);
  const auto all = samples();
  EXPECT_THAT(all, Contains(Pair("tributary_link_down", 1)));
  EXPECT_THAT(all, Contains(Pair("tributary_link_outages_total", 1)));
}

TEST_F(MetricsTest, TellsWhatTheClockIsWorth) {
  clock.publish({dnssec::ClockState::rough, true, 1, 0s});
  clock.count_step(5s);
  clock.count_step(-90min);
  clock.note_error(250ms);
  const auto all = samples();
  EXPECT_THAT(all, Contains(Pair("tributary_clock_state{state=\"synced\"}", 0)));
  EXPECT_THAT(all, Contains(Pair("tributary_clock_state{state=\"rough\"}", 1)));
  EXPECT_THAT(all, Contains(Pair("tributary_clock_state{state=\"bad\"}", 0)));
  EXPECT_THAT(all, Contains(Pair("tributary_clock_steps_total", 2)));
  EXPECT_THAT(all, Contains(Pair("tributary_clock_last_step_seconds", -5400)));
  EXPECT_THAT(all, Contains(Pair("tributary_clock_max_error_seconds", 0.25)));
}

}  // namespace
}  // namespace tributary::resolver
