#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "resolver/commands/command.hpp"
#include "resolver/commands/daemon_client.hpp"

namespace tributary::commands {
namespace {

struct Options {
  DaemonOptions daemon;
  std::string name, type;
  bool subtree = false;
};

int show(const nlohmann::json& outcome) {
  std::printf("%llu entries dropped\n", outcome.value("dropped", 0ULL));
  return done;
}

int flush(const Options& options) {
  nlohmann::json wanted{{"name", options.name}};
  if (!options.type.empty()) wanted["type"] = options.type;
  if (options.subtree) wanted["subtree"] = true;
  const auto body = wanted.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return ask_and_show(options.daemon, {"POST", "/api/v1/flush", {}, body}, show);
}

}  // namespace

void add_flush(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("flush", "Drop what the cache knows of a name");
  const auto options = std::make_shared<Options>();
  add_daemon_options(*command, options->daemon);
  command->add_option("name", options->name, "Domain name")->required();
  command->add_option("--type", options->type, "Only records of this type");
  command->add_flag("--subtree", options->subtree, "All names below it, too");
  command->callback([options, &chosen] { chosen = [options] { return flush(*options); }; });
}

}  // namespace tributary::commands
