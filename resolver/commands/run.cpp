#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/log.hpp"
#include "policy/config_reader.hpp"
#include "policy/own_address.hpp"
#include "resolver/commands/command.hpp"
#include "resolver/commands/report_errors.hpp"
#include "resolver/daemon/daemon.hpp"

namespace tributary::commands {
namespace {

struct Options {
  std::string config = "/etc/tributary/tributary.yaml";
  std::vector<std::string> listen;
};

/// Upstreams at an address that only the command line has us listen on; others the configuration was refused
/// for.
void refuse_circles(const policy::Config& config, std::vector<std::string>& errors) {
  for (const auto& upstream : config.upstreams) {
    if (!upstream.address) continue;
    if (const auto* listener = policy::listener_at(*upstream.address, config.listen))
      errors.push_back("upstream " + upstream.name + ": " + upstream.address->to_text() +
                       policy::circle_text(*listener));
  }
}

/// `--listen` in place of the configuration's addresses.
std::vector<std::string> override_listen(policy::Config& config, const std::vector<std::string>& urls) {
  std::vector<std::string> errors;
  if (!urls.empty()) config.listen.clear();
  for (const auto& url : urls) {
    if (auto listen = policy::parse_listen_url(url)) {
      config.listen.push_back(*listen);
    } else {
      errors.push_back("--listen " + url + ": " + listen.error());
    }
  }
  refuse_circles(config, errors);
  return errors;
}

/// The configuration that the command line asks for.
tl::expected<policy::Config, std::vector<std::string>> read_config(const Options& options) {
  std::vector<std::string> errors;
  auto config = policy::read_config(options.config);
  if (config) {
    errors = override_listen(*config, options.listen);
  } else {
    for (const auto& error : config.error()) errors.push_back(error.to_text());
  }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return std::move(*config);
}

int run(const Options& options) {
  auto config = read_config(options);
  if (!config) return report_errors(config.error());
  log::configure(config->log_format, config->log_level);
  const auto daemon = resolver::Daemon::make(std::move(*config), [options] { return read_config(options); });
  if (!daemon) return report_errors(daemon.error());
  (*daemon)->run();
  return done;
}

}  // namespace

void add_run(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("run", "Answer queries in the foreground until SIGTERM");
  const auto options = std::make_shared<Options>();
  command->add_option("--config", options->config, "Configuration file")->capture_default_str();
  command->add_option(
      "--listen", options->listen,
      "Address to listen on instead of the configuration's, such as udp://127.0.0.1:5300; repeatable");
  command->callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

}  // namespace tributary::commands
