#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>

#include "resolver/commands/command.hpp"
#include "resolver/commands/daemon_client.hpp"

namespace tributary::commands {
namespace {

struct Options {
  DaemonOptions daemon;
  std::string name, type = "A", strategy;
  bool fresh = false;
};

int explain(const Options& options) {
  resolver::HttpRequest request{
      "GET", "/api/v1/explain", {{"name", options.name}, {"type", options.type}}, {}};
  if (options.fresh) request.parameters["fresh"] = "1";
  if (!options.daemon.json) request.parameters["format"] = "text";
  if (!options.strategy.empty()) request.parameters["strategy"] = options.strategy;
  const auto response = ask_daemon(options.daemon, request);
  if (!response) return report_no_daemon(response.error());
  if (response->status != 200) return report_refusal(*response);
  std::fputs(response->body.c_str(), stdout);
  return done;
}

}  // namespace

void add_explain(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("explain", "Ask, and tell how the answer came about");
  const auto options = std::make_shared<Options>();
  add_daemon_options(*command, options->daemon);
  command->add_option("name", options->name, "Domain name")->required();
  command->add_option("type", options->type, "Type of records")->capture_default_str();
  command->add_flag("--fresh", options->fresh, "Without looking into the cache");
  command->add_option("--strategy", options->strategy, "Ask by this strategy instead of the group's");
  command->callback([options, &chosen] { chosen = [options] { return explain(*options); }; });
}

}  // namespace tributary::commands
