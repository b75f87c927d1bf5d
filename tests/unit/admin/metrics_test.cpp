#include "resolver/admin/metrics.hpp"

#include <algorithm>
#include <ctime>
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
  MetricsTest() {
    for (auto& worker : listeners)
      for (const auto* protocol : {"udp", "tcp"}) worker.arrivals.of({"127.0.0.1:53", protocol});
  }

  static ArrivalCounters& arrivals(ListenerCounters& worker, const char* protocol) {
    return worker.arrivals.of({"127.0.0.1:53", protocol});
  }
  static Counter& responses(QueryCounters& worker, AnswerSource source, std::size_t rcode) {
    return worker.responses[static_cast<std::size_t>(source)][rcode];
  }

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
      &reloads,
      {{"world", [] { return false; }}, {"office", [this] { return office_degraded; }}}};
};

TEST_F(MetricsTest, HasEverySeriesFromTheStart) {
  const std::set<std::string> expected{
      "tributary_build_info{version}",
      "process_cpu_seconds_total",
      "process_max_fds",
      "process_open_fds",
      "process_resident_memory_bytes",
      "process_start_time_seconds",
      "process_virtual_memory_bytes",
      "tributary_queries_total{listener,protocol,type}",
      "tributary_responses_total{rcode,source}",
      "tributary_client_latency_seconds_bucket{cached,le}",
      "tributary_client_latency_seconds_count{cached}",
      "tributary_client_latency_seconds_sum{cached}",
      "tributary_limited_total{limit}",
      "tributary_dnssec_denied_from_cache_total",
      "tributary_dnssec_signature_checks_total",
      "tributary_dnssec_verdicts_total{verdict}",
      "tributary_dropped_total{reason}",
      "tributary_coalesced_queries_total",
      "tributary_local_answers_total",
      "tributary_tcp_connections_total",
      "tributary_tcp_idle_closed_total",
      "tributary_cache_hits_total",
      "tributary_cache_misses_total",
      "tributary_stale_answers_total",
      "tributary_refreshes_total",
      "tributary_refresh_failures_total",
      "tributary_cache_evictions_total{reason}",
      "tributary_cache_entries",
      "tributary_cache_bytes",
      "tributary_cache_limit_bytes",
      "tributary_upstream_state{upstream,state}",
      "tributary_upstream_queries_total{upstream}",
      "tributary_upstream_probes_total{upstream}",
      "tributary_upstream_replies_total{upstream}",
      "tributary_upstream_wins_total{upstream}",
      "tributary_upstream_losses_total{upstream}",
      "tributary_upstream_hedges_total{upstream}",
      "tributary_upstream_hedge_wins_total{upstream}",
      "tributary_upstream_connections_total{upstream,use}",
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
      "tributary_clock_offset_seconds",
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
    name = std::regex_replace(name, std::regex("(latency_seconds)_(bucket|count|sum)"), "$1");
    EXPECT_NE(text.find("# HELP " + name + " "), std::string::npos) << name;
    EXPECT_NE(text.find("# TYPE " + name + " "), std::string::npos) << name;
  }
}

TEST_F(MetricsTest, SeriesNeitherComeNorGo) {
  const auto before = samples();
  responses(queries[0], AnswerSource::upstream, 3).add();
  responses(queries[0], AnswerSource::cache, 23).add();
  for (auto& counter : arrivals(listeners[0], "udp").by_type) counter.add();
  listeners[0].udp_dropped_overload.add();
  quad9.query_sent(CircuitBreaker::Origin::client);
  quad9.succeeded(30ms, Instant(1h));
  quad9.failed({}, {Failure::Kind::rate_limited, "HTTP 429", {}}, Instant(1h), random);
  const auto after = samples();
  EXPECT_TRUE(
      std::ranges::equal(before, after, {}, &Samples::value_type::first, &Samples::value_type::first));
}

TEST_F(MetricsTest, SumsTheWorkers) {
  arrivals(listeners[0], "udp").by_type[1].add(3);
  arrivals(listeners[1], "udp").by_type[1].add(4);
  arrivals(listeners[1], "tcp").count(dns::TypeClass::HTTPS);
  queries[0].cache_hits.add();
  queries[0].stale_answers.add(2);
  queries[1].refreshes.add(8);
  queries[1].refresh_failures.add(7);
  responses(queries[0], AnswerSource::cache, 3).add();
  responses(queries[1], AnswerSource::cache, 3).add();
  listeners[0].tcp_accepted.add(5);
  listeners[1].udp_dropped_overload.add(6);
  const auto all = samples();
  const std::string ours = R"(tributary_queries_total{listener="127.0.0.1:53",protocol=)";
  EXPECT_THAT(all, Contains(Pair(ours + R"("udp",type="A"})", 7)));
  EXPECT_THAT(all, Contains(Pair(ours + R"("tcp",type="A"})", 0)));
  EXPECT_THAT(all, Contains(Pair(ours + R"("tcp",type="HTTPS"})", 1)));
  EXPECT_THAT(all, Contains(Pair("tributary_cache_hits_total", 1)));
  EXPECT_THAT(all, Contains(Pair("tributary_stale_answers_total", 2)));
  EXPECT_THAT(all, Contains(Pair("tributary_refreshes_total", 8)));
  EXPECT_THAT(all, Contains(Pair("tributary_refresh_failures_total", 7)));
  EXPECT_THAT(all, Contains(Pair(R"(tributary_responses_total{rcode="NXDOMAIN",source="cache"})", 2)));
  EXPECT_THAT(all, Contains(Pair(R"(tributary_responses_total{rcode="NXDOMAIN",source="upstream"})", 0)));
  EXPECT_THAT(all, Contains(Pair("tributary_tcp_connections_total", 5)));
  EXPECT_THAT(all, Contains(Pair(R"(tributary_dropped_total{reason="overload"})", 6)));
}

TEST_F(MetricsTest, CountsRareResponseCodesTogether) {
  for (const std::size_t rcode : {6u, 9u, 23u}) responses(queries[0], AnswerSource::upstream, rcode).add();
  EXPECT_THAT(samples(), Contains(Pair(R"(tributary_responses_total{rcode="other",source="upstream"})", 3)));
}

TEST_F(MetricsTest, TellsHowLongClientsWait) {
  listeners[0].cached.add(20us, 5);
  listeners[1].cached.add(30us, 2);
  listeners[1].uncached.add(20ms);
  const auto all = samples();
  const std::string cached = R"(tributary_client_latency_seconds_bucket{cached="true",le=)";
  EXPECT_THAT(all, Contains(Pair(cached + R"("0.000015"})", 0)));
  EXPECT_THAT(all, Contains(Pair(cached + R"("0.00002"})", 5)));
  EXPECT_THAT(all, Contains(Pair(cached + R"("0.00003"})", 7)));
  EXPECT_THAT(all, Contains(Pair(cached + R"("+Inf"})", 7)));
  EXPECT_THAT(all, Contains(Pair(R"(tributary_client_latency_seconds_sum{cached="true"})",
                                 ::testing::DoubleNear(0.00016, 1e-12))));
  EXPECT_THAT(all, Contains(Pair(R"(tributary_client_latency_seconds_sum{cached="false"})", 0.02)));
}

TEST_F(MetricsTest, TellsWhatWasLimited) {
  queries[0].too_many_queries.add();
  queries[1].too_long_chains.add(2);
  queries[1].validation.too_dear.add(3);
  const auto all = samples();
  EXPECT_THAT(all, Contains(Pair(R"(tributary_limited_total{limit="upstream_queries"})", 1)));
  EXPECT_THAT(all, Contains(Pair(R"(tributary_limited_total{limit="cname_chain"})", 2)));
  EXPECT_THAT(all, Contains(Pair(R"(tributary_limited_total{limit="validation"})", 3)));
}

TEST_F(MetricsTest, TellsOfReloads) {
  EXPECT_THAT(samples(), Contains(Pair("tributary_last_reload_successful", 1)));
  reloads.succeeded(ReloadStatus::Time(1'800'000'000s));
  reloads.succeeded(ReloadStatus::Time(1'800'000'000s));
  reloads.failed({"not so"});
  const auto all = samples();
  EXPECT_THAT(all, Contains(Pair(R"(tributary_reloads_total{result="success"})", 2)));
  EXPECT_THAT(all, Contains(Pair(R"(tributary_reloads_total{result="failure"})", 1)));
  EXPECT_THAT(all, Contains(Pair("tributary_last_reload_successful", 0)));
  EXPECT_THAT(all, Contains(Pair("tributary_last_reload_success_timestamp_seconds", 1'800'000'000)));
}

TEST_F(MetricsTest, TellsOfTheProcess) {
  const auto all = samples();
  EXPECT_GT(all.at("process_resident_memory_bytes"), 100'000);
  EXPECT_GT(all.at("process_virtual_memory_bytes"), all.at("process_resident_memory_bytes"));
  EXPECT_GE(all.at("process_open_fds"), 3);
  EXPECT_GE(all.at("process_max_fds"), all.at("process_open_fds"));
  EXPECT_GT(all.at("process_cpu_seconds_total"), 0);
  const auto wall = static_cast<double>(std::time(nullptr));
  EXPECT_LE(all.at("process_start_time_seconds"), wall + 1);
  EXPECT_GT(all.at("process_start_time_seconds"), wall - 3600);
}

TEST_F(MetricsTest, TellsHowConnectionsAndHedgesDo) {
  quad9.connections().opened.add();
  quad9.connections().reused.add(4);
  quad9.hedge_sent();
  quad9.hedge_won();
  quad9.lost();
  const auto all = samples();
  EXPECT_THAT(all, Contains(Pair(R"(tributary_upstream_connections_total{upstream="quad9",use="new"})", 1)));
  EXPECT_THAT(all,
              Contains(Pair(R"(tributary_upstream_connections_total{upstream="quad9",use="reused"})", 4)));
  EXPECT_THAT(all, Contains(Pair(R"(tributary_upstream_hedges_total{upstream="quad9"})", 1)));
  EXPECT_THAT(all, Contains(Pair(R"(tributary_upstream_hedge_wins_total{upstream="quad9"})", 1)));
  EXPECT_THAT(all, Contains(Pair(R"(tributary_upstream_losses_total{upstream="quad9"})", 1)));
  EXPECT_THAT(all, Contains(Pair(R"(tributary_upstream_losses_total{upstream="office"})", 0)));
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
  clock.note_kernel({true, 250ms, -3ms});
  const auto all = samples();
  EXPECT_THAT(all, Contains(Pair("tributary_clock_state{state=\"synced\"}", 0)));
  EXPECT_THAT(all, Contains(Pair("tributary_clock_state{state=\"rough\"}", 1)));
  EXPECT_THAT(all, Contains(Pair("tributary_clock_state{state=\"bad\"}", 0)));
  EXPECT_THAT(all, Contains(Pair("tributary_clock_steps_total", 2)));
  EXPECT_THAT(all, Contains(Pair("tributary_clock_last_step_seconds", -5400)));
  EXPECT_THAT(all, Contains(Pair("tributary_clock_max_error_seconds", 0.25)));
  EXPECT_THAT(all, Contains(Pair("tributary_clock_offset_seconds", -0.003)));
}

}  // namespace
}  // namespace tributary::resolver
