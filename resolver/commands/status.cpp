#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "resolver/commands/command.hpp"
#include "resolver/commands/daemon_client.hpp"
#include "resolver/commands/status_view.hpp"

namespace tributary::commands {
namespace {

int show(const nlohmann::json& status) {
  std::fputs(status_view(status).c_str(), stdout);
  return done;
}

}  // namespace

void add_status(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("status", "Tell how the daemon does, on one screen");
  const auto options = std::make_shared<DaemonOptions>();
  add_daemon_options(*command, *options);
  command->callback([options, &chosen] {
    chosen = [options] { return ask_and_show(*options, {"GET", "/api/v1/status", {}, {}}, show); };
  });
}

}  // namespace tributary::commands
