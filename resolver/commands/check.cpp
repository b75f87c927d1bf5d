#include <cstdio>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "policy/config_reader.hpp"
#include "resolver/commands/command.hpp"
#include "resolver/commands/report_errors.hpp"
#include "resolver/daemon/resolv_conf_problems.hpp"
#include "resolver/daemon/system_servers.hpp"
#include "resolver/daemon/upstream_factory.hpp"

namespace tributary::commands {
namespace {

/// The file is good, but not on this host as it is now.
void warn_of_host(policy::Config config) {
  const auto file = policy::read_resolv_conf();
  resolver::expand_system_upstreams(config, resolver::system_servers(file, config.listen).usable);
  for (const auto& [what, remedy] : resolver::resolv_conf_problems(file, config))
    std::fprintf(stderr, "tributary: warning: %s; %s\n", what.c_str(), remedy.c_str());
}

int check(const std::string& file) {
  auto config = policy::read_config(file);
  if (!config) return report_errors(config.error());
  if (const auto material = resolver::load_material(*config); !material)
    return report_errors(material.error());
  warn_of_host(std::move(*config));
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
