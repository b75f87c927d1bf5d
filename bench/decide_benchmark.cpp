// What it costs to find the route of a question, among few and many.

#include <string>

#include <benchmark/benchmark.h>

#include "policy/decide.hpp"

namespace tributary::policy {
namespace {

const auto client = asio::ip::make_address("127.0.0.1");

dns::Question question(const std::string& name) {
  return {*dns::Name::parse(name), dns::Type::A, dns::Class::IN};
}

/// A route for the root, and `routes - 1` for z0.corp.example. and so on.
Policy policy(std::size_t routes) {
  Config config;
  config.allow = {Prefix::of(client, 8)};
  config.groups = {{.name = "public", .upstreams = {"one"}}, {.name = "office", .upstreams = {"two"}}};
  config.routes = {{dns::Name(), "public"}};
  for (std::size_t i = 1; i < routes; ++i)
    config.routes.push_back({*dns::Name::parse("z" + std::to_string(i - 1) + ".corp.example."), "office"});
  return Policy(config);
}

/// Up to 1,024 questions in turn.
void decide(benchmark::State& state, const std::vector<dns::Question>& questions) {
  const Policy subject = policy(static_cast<std::size_t>(state.range(0)));
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(subject.decide(client, questions[next]));
    if (++next == questions.size()) next = 0;
  }
}

void decide_for_the_root(benchmark::State& state) {
  std::vector<dns::Question> questions;
  for (int i = 0; i < 1024; ++i) questions.push_back(question("www.n" + std::to_string(i) + ".example.com."));
  decide(state, questions);
}

void decide_for_a_suffix(benchmark::State& state) {
  std::vector<dns::Question> questions;
  const auto zones = std::max<std::int64_t>(state.range(0) - 1, 1);
  for (std::int64_t i = 0; i < 1024; ++i)
    questions.push_back(question("www.z" + std::to_string(i * 7919 % zones) + ".corp.example."));
  decide(state, questions);
}

/// A name of the greatest length that has the most labels, and ends in none of the routes.
void decide_for_127_labels(benchmark::State& state) {
  std::string name;
  for (int i = 0; i < 127; ++i) name += "a.";
  decide(state, {question(name)});
}

void decide_for_a_special_name(benchmark::State& state) {
  decide(state, {question("printer.local.")});
}

BENCHMARK(decide_for_the_root)->Arg(1)->Arg(1'000)->Arg(100'000);
BENCHMARK(decide_for_a_suffix)->Arg(1'000)->Arg(100'000);
BENCHMARK(decide_for_127_labels)->Arg(1)->Arg(1'000)->Arg(100'000);
BENCHMARK(decide_for_a_special_name)->Arg(1)->Arg(100'000);

}  // namespace
}  // namespace tributary::policy
