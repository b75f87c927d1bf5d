#include "bench/simulate/scenarios.hpp"

#include <algorithm>
#include <string_view>

namespace tributary::simulate {
namespace {

using namespace std::chrono_literals;
using Kind = Fault::Kind;
using Span = Scenario::Span;

/// The fastest upstream, the one that is missed most.
constexpr std::size_t fastest = 0;

}  // namespace

Duration Scenario::length(double rate, double queries) const {
  const auto by_queries = std::chrono::duration_cast<Duration>(std::chrono::duration<double>(queries / rate));
  return std::max(by_queries, least_length);
}

Window Scenario::window(Duration length) const {
  const Duration quarter = length / 4;
  switch (span) {
    case Span::whole:
      return {{}, length};
    case Span::middle_half:
      return {quarter, length - quarter};
    case Span::half_minute:
      return {quarter, quarter + 30s};
    case Span::minute:
      return {quarter, quarter + 60s};
  }
  return {};
}

std::vector<Fault> Scenario::faults(Duration length) const {
  const auto [from, until] = window(length);
  std::vector<Fault> out;
  for (const auto& each : wrong) out.push_back({each.kind, from, until, each.upstream, each.amount});
  return out;
}

const std::vector<Scenario>& scenarios() {
  static const std::vector<Scenario> all{
      {"healthy", "nothing is wrong", Span::whole, {}},
      {"black-hole", "the fastest never answers", Span::middle_half, {{Kind::black_hole, fastest}}},
      {"grey", "the fastest answers 1 s late", Span::middle_half, {{Kind::slow, fastest, 1}}},
      // Its reply comes just after the question was sent again, so that its round trip looks like 22 ms.
      {"resent", "the fastest answers 410 ms late", Span::middle_half, {{Kind::slow, fastest, 0.41}}},
      {"loss-one", "the fastest loses 20 %", Span::whole, {{Kind::loss, fastest, 0.2}}},
      {"loss-all", "all lose 3 %", Span::whole, {{Kind::loss, std::nullopt, 0.03}}},
      {"servfail", "the fastest says SERVFAIL at once", Span::middle_half, {{Kind::servfail, fastest}}},
      {.name = "nxdomain",
       .title = "the fastest denies every name (not uniform)",
       .span = Span::middle_half,
       .wrong = {{Kind::nxdomain, fastest}},
       .uniform = false},
      {"dead-zone", "the servers of one zone are dead", Span::middle_half, {{Kind::dead_zone, std::nullopt}}},
      {"flapping", "the fastest is silent 5 s of every 10 s", Span::middle_half, {{Kind::flapping, fastest}}},
      {"rate-limit",
       "the fastest answers 429 above 50 queries/s",
       Span::middle_half,
       {{Kind::rate_limited, fastest, 50}}},
      {"refused",
       "the fastest answers REFUSED above 50 queries/s",
       Span::middle_half,
       {{Kind::refused, fastest, 50}}},
      {"link-silent",
       "own link down 30 s, all is silent",
       Span::half_minute,
       {{Kind::black_hole, std::nullopt}}},
      {"link-refused",
       "own link down 30 s, no route",
       Span::half_minute,
       {{Kind::unreachable, std::nullopt}}},
      {"recovery", "the fastest is silent for 60 s", Span::minute, {{Kind::black_hole, fastest}}, 240s},
  };
  return all;
}

const Scenario* find_scenario(std::string_view name) {
  const auto found = std::ranges::find(scenarios(), name, &Scenario::name);
  return found == scenarios().end() ? nullptr : &*found;
}

}  // namespace tributary::simulate
