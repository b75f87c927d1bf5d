// What an operator is told in situations that he is likely to be woken by. Each is a golden file.

#include <gtest/gtest.h>

#include "tests/unit/explain/explain_fixture.hpp"

namespace tributary::explain::testing {
namespace {

using namespace std::chrono_literals;

using Situation = ExplainTest;

const std::vector<std::string> www{"www.example. 300 IN A 192.0.2.1"};

TEST_F(Situation, Hit) {
  validate();
  add("quad9", knows_world(12ms));
  explain("www.signed.example.");
  advance(12s);
  expect_golden("hit", explain("www.signed.example."));
}

TEST_F(Situation, Stale) {
  auto& upstream = add("quad9", says(12ms, www));
  explain("www.example.");
  advance(305s);
  *upstream.behaviour = silent();
  expect_golden("stale", explain("www.example."));
}

TEST_F(Situation, RaceWithThreeFates) {
  group.strategy = policy::StrategyKind::race;
  group.width = 3;
  const dns::ExtendedErrorOption error{dns::ExtendedError::network_error, "192.0.2.53:53 timed out"};
  add("quad9", says(20ms, www), "quad9");
  add("cloudflare", replies(8ms, dns::Rcode::SERVFAIL, &error), "cloudflare");
  add("google", says(45ms, www), "google");
  expect_golden("race", explain("www.example."));
}

TEST_F(Situation, HedgeWon) {
  group.strategy = policy::StrategyKind::hedge;
  auto& slow = add("quad9", says(180ms, www), "quad9");
  auto& other = add("cloudflare", says(14ms, www), "cloudflare");
  was_fast(slow, 8ms);
  was_fast(other, 14ms);
  expect_golden("hedge", explain("www.example."));
}

TEST_F(Situation, BreakerOpen) {
  group.strategy = policy::StrategyKind::hedge;
  auto& broken = add("quad9", silent(), "quad9");
  auto& well = add("cloudflare", says(14ms, www), "cloudflare");
  was_fast(well, 14ms);
  open_breaker(broken);
  advance(250ms);
  expect_golden("breaker", explain("www.example."));
}

TEST_F(Situation, Bogus) {
  validate();
  add("quad9", knows_world(12ms, "www.signed.example."), "quad9");
  add("cloudflare", knows_world(14ms, "www.signed.example."), "cloudflare");
  expect_golden("bogus", explain("www.signed.example."));
}

TEST_F(Situation, Insecure) {
  validate();
  add("quad9", knows_world(12ms));
  expect_golden("insecure", explain("www.plain.example."));
}

TEST_F(Situation, ConsensusSplit) {
  group.strategy = policy::StrategyKind::consensus;
  group.width = 2;
  group.quorum = 2;
  add("quad9", says(12ms, www), "quad9");
  add("cloudflare", says(20ms, {"www.example. 300 IN A 198.51.100.66"}), "cloudflare");
  add("google", denies(30ms), "google");
  expect_golden("consensus", explain("www.example."));
}

TEST_F(Situation, LocalZone) {
  add("quad9", says(12ms, www));
  expect_golden("local", explain("localhost."));
}

TEST_F(Situation, Refused) {
  add("quad9", says(12ms, www));
  expect_golden("refused", explain(ExplainRequest{.question = {dns::Name::parse("www.example.").value()},
                                                  .client = asio::ip::make_address("203.0.113.9")}));
}

// ---- And some more.

TEST_F(Situation, FreshAndByAnotherStrategy) {
  validate();
  add("quad9", knows_world(12ms), "quad9");
  add("cloudflare", knows_world(20ms), "cloudflare");
  explain("www.signed.example.");
  advance(12s);
  expect_golden("fresh", explain("www.signed.example.", dns::Type::A,
                                 {.fresh = true, .strategy = policy::StrategyKind::race}));
}

TEST_F(Situation, Alias) {
  add("quad9", Behaviour{10ms, [](const resolver::Query& query) {
                           const bool end = query.question.name.to_text() == "cdn.example.net.";
                           return says(0ms, {end ? "cdn.example.net. 60 IN A 192.0.2.7"
                                                 : "www.example. 86400 IN CNAME cdn.example.net."})
                               .result(query);
                         }});
  expect_golden("alias", explain("www.example."));
}

}  // namespace
}  // namespace tributary::explain::testing
