#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "resolver/commands/command.hpp"
#include "resolver/commands/daemon_client.hpp"

namespace tributary::commands {
namespace {

struct Verb {
  const char *word, *description, *outcome;
};
constexpr Verb verbs[] = {
    {"disable", "Ask it no more, until it is enabled or the daemon starts anew", "is disabled"},
    {"enable", "Ask it again", "is enabled"},
    {"probe", "Send it a probe now, whatever its state", "is being probed; see: tributary status"}};

struct Options {
  DaemonOptions daemon;
  std::string name;
};

int act(const Options& options, const Verb& verb) {
  return ask_and_show(options.daemon, {"POST", "/api/v1/upstreams/" + options.name + "/" + verb.word, {}, {}},
                      [&](const nlohmann::json&) {
                        std::printf("upstream %s %s\n", options.name.c_str(), verb.outcome);
                        return done;
                      });
}

}  // namespace

void add_upstream(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("upstream", "Disable, enable or probe an upstream");
  command->require_subcommand(1);
  for (const auto& verb : verbs) {
    auto* one = command->add_subcommand(verb.word, verb.description);
    const auto options = std::make_shared<Options>();
    add_daemon_options(*one, options->daemon);
    one->add_option("name", options->name, "Name of the upstream")->required();
    one->callback([options, &verb, &chosen] { chosen = [options, &verb] { return act(*options, verb); }; });
  }
}

}  // namespace tributary::commands
