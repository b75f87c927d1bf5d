#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "bench/simulate/report.hpp"

namespace tributary::simulate {
namespace {

/// A short simulation of everything.
Plan everything() {
  Plan plan;
  for (const auto& each : scenarios()) plan.scenarios.push_back(&each);
  for (const auto& each : models()) plan.models.push_back(&each);
  plan.rates = {1};
  plan.seeds = 2;
  plan.queries = 1;
  return plan;
}

TEST(SimulationReport, IsTheSameInEveryRun) {
  const auto report = [] {
    const Results results(everything());
    return markdown(results, findings(results)) + json(results, findings(results)) + svg(results);
  };
  EXPECT_EQ(report(), report());
}

TEST(SimulationReport, NamesEveryScenarioAndModelInEachForm) {
  const Results results(everything());
  const auto table = markdown(results, findings(results));
  const auto picture = svg(results);
  for (const auto& each : scenarios()) {
    EXPECT_NE(table.find("### " + std::string(each.name) + ":"), std::string::npos) << each.name;
    EXPECT_NE(picture.find(each.title), std::string::npos) << each.name;
  }
  for (const auto& each : models()) {
    EXPECT_NE(table.find("| " + std::string(each.name) + " |"), std::string::npos) << each.name;
    EXPECT_NE(picture.find(each.what), std::string::npos) << each.name;
  }
  const auto figures = nlohmann::json::parse(json(results, findings(results)));
  EXPECT_EQ(figures["simulations"].size(), scenarios().size() * models().size());
  EXPECT_EQ(figures["simulations"][0]["runs"].size(), 2U);
}

}  // namespace
}  // namespace tributary::simulate
