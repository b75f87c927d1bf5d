#include <cstdio>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "policy/config_reader.hpp"
#include "resolver/commands/command.hpp"
#include "resolver/commands/report_errors.hpp"
#include "resolver/daemon/upstream_factory.hpp"

namespace tributary::commands {
namespace {

int check(const std::string& file) {
  const auto config = policy::read_config(file);
  if (!config) return report_errors(config.error());
  if (const auto material = resolver::load_material(*config); !material)
    return report_errors(material.error());
  std::printf("%s: good\n", file.c_str());
  return done;
}

}  // namespace

void add_check(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("check", "Check a configuration file and the files that it names");
  const auto file = std::make_shared<std::string>("/etc/tributary/tributary.yaml");
  command->add_option("file", *file, "Configuration file")->capture_default_str();
  command->callback([file, &chosen] { chosen = [file] { return check(*file); }; });
}

}  // namespace tributary::commands
