#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "resolver/commands/command.hpp"
#include "resolver/commands/daemon_client.hpp"
#include "resolver/commands/printable.hpp"

namespace tributary::commands {
namespace {

int show(const nlohmann::json& outcome) {
  const auto changed = outcome.value("changed", std::vector<std::string>());
  if (changed.empty()) std::puts("nothing has changed");
  for (const auto& sentence : changed) std::printf("%s\n", printable(sentence).c_str());
  return done;
}

}  // namespace

void add_reload(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("reload", "Have the daemon read its configuration anew");
  const auto options = std::make_shared<DaemonOptions>();
  add_daemon_options(*command, *options);
  command->callback([options, &chosen] {
    chosen = [options] { return ask_and_show(*options, {"POST", "/api/v1/reload", {}, {}}, show); };
  });
}

}  // namespace tributary::commands
