#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "policy/config_reference.hpp"
#include "resolver/commands/command.hpp"
#include "resolver/commands/daemon_client.hpp"
#include "resolver/commands/yaml_text.hpp"

namespace tributary::commands {
namespace {

/// In the order that the daemon has put it.
int show(const DaemonOptions& options) {
  const auto response = ask_daemon(options, {"GET", "/api/v1/config", {}, {}});
  if (!response) return report_no_daemon(response.error());
  if (response->status != 200) return report_refusal(*response);
  const auto json = nlohmann::ordered_json::parse(response->body, nullptr, false);
  if (json.is_discarded()) return report_refusal(*response);
  std::fputs(options.json ? response->body.c_str() : yaml_text(json).c_str(), stdout);
  return done;
}

int print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  return done;
}

}  // namespace

void add_config(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("config", "Show the configuration, or what may stand in it");
  command->require_subcommand(1);
  auto* show_command =
      command->add_subcommand("show", "Print what the daemon goes by, defaults included, as YAML");
  const auto options = std::make_shared<DaemonOptions>();
  add_daemon_options(*show_command, *options);
  show_command->callback([options, &chosen] { chosen = [options] { return show(*options); }; });
  command->add_subcommand("schema", "Print a JSON Schema of the file, for editors")->callback([&chosen] {
    chosen = [] { return print(policy::config_schema()); };
  });
  command->add_subcommand("reference", "Print all keys with defaults and limits, as Markdown")
      ->callback([&chosen] { chosen = [] { return print(policy::config_reference()); }; });
}

}  // namespace tributary::commands
