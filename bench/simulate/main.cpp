// Simulates Tributary's decision core and simplified models of others over virtual time, and tells how they
// fare: docs/decision-core.md, "Simulated". Exit codes: 0 done, 1 a bound is missed (--check) or a file
// cannot be written, 2 wrong usage.

#include <CLI/CLI.hpp>

#include <spdlog/spdlog.h>

#include <cstdio>
#include <fstream>

#include "bench/simulate/report.hpp"

namespace {

using namespace tributary::simulate;

struct Options {
  std::vector<std::string> scenarios, models;
  std::vector<double> rates{300, 5};
  std::uint64_t seeds = 5;
  double queries = 100000;
  std::string svg_file, json_file;
  bool check = false;
};

template <typename List>
std::vector<std::string> names_of(const List& list) {
  std::vector<std::string> out;
  for (const auto& each : list) out.emplace_back(each.name);
  return out;
}

/// Those of `all` that were asked for, or all of them.
template <typename List>
auto chosen(const List& all, const std::vector<std::string>& names) {
  std::vector<decltype(&*all.begin())> out;
  for (const auto& each : all) {
    if (names.empty() || std::ranges::find(names, each.name) != names.end()) out.push_back(&each);
  }
  return out;
}

void describe(CLI::App& app, Options& options) {
  app.add_option("--scenario", options.scenarios, "What goes wrong; may be repeated (default: everything)")
      ->check(CLI::IsMember(names_of(scenarios())));
  app.add_option("--model", options.models, "Who answers; may be repeated (default: all)")
      ->check(CLI::IsMember(names_of(models())));
  app.add_option("--rate", options.rates, "Queries per second; may be repeated")
      ->check(CLI::Range(0.1, 10000.0))
      ->capture_default_str();
  app.add_option("--seeds", options.seeds, "Simulations of each kind")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--queries", options.queries, "Queries of each simulation, at least")
      ->check(CLI::Range(1.0, 1e8))
      ->capture_default_str();
  app.add_option("--svg", options.svg_file, "Draws the latencies into this file");
  app.add_option("--json", options.json_file, "Writes the figures into this file");
  app.add_flag("--check", options.check, "Exits with 1 if one of our models misses a bound");
}

bool write(const std::string& file, const std::string& content) {
  if (file.empty()) return true;
  std::ofstream out(file);
  out << content;
  out.close();
  if (!out) std::fprintf(stderr, "simulate: cannot write %s\n", file.c_str());
  return bool(out);
}

bool missed(const Finding& finding) {
  return !finding.met && finding.cell->model->kind == Model::Kind::ours;
}

int run(const Options& options) {
  const Results results({chosen(scenarios(), options.scenarios), chosen(models(), options.models),
                         options.rates, options.seeds, options.queries});
  const auto found = findings(results);
  std::fputs(markdown(results, found).c_str(), stdout);
  if (!write(options.svg_file, svg(results)) || !write(options.json_file, json(results, found))) return 1;
  return options.check && std::ranges::any_of(found, missed) ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Simulates the decision core beside models of others, over virtual time.");
  Options options;
  describe(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : 2;
  }
  spdlog::set_level(spdlog::level::off);  // of breakers that open and close
  return run(options);
}
