// The command line: what to do, with which configuration. Exit codes: 0 done, 1 refused or failed, 2 wrong
// usage.

#include <cstdio>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/log.hpp"
#include "policy/config_reader.hpp"
#include "resolver/daemon/daemon.hpp"

namespace {

using namespace tributary;

constexpr int usage_error = 2;

struct Options {
  std::string config = "/etc/tributary/tributary.yaml";
  std::vector<std::string> listen;
};

template <typename Error>
int report(const std::vector<Error>& errors) {
  for (const auto& error : errors) {
    if constexpr (std::is_same_v<Error, std::string>) {
      std::fprintf(stderr, "tributary: %s\n", error.c_str());
    } else {
      std::fprintf(stderr, "tributary: %s\n", error.to_text().c_str());
    }
  }
  return EXIT_FAILURE;
}

int check(const Options& options) {
  const auto config = policy::read_config(options.config);
  if (!config) return report(config.error());
  if (const auto material = resolver::load_material(*config); !material) return report(material.error());
  std::printf("%s: good\n", options.config.c_str());
  return EXIT_SUCCESS;
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
  if (!config) return report(config.error());
  log::configure(config->log_format, config->log_level);
  const auto daemon = resolver::Daemon::make(std::move(*config), [options] { return read_config(options); });
  if (!daemon) return report(daemon.error());
  (*daemon)->run();
  return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"tributary: one DNS answer from many sources"};
  app.require_subcommand(1);

  auto* run_command = app.add_subcommand("run", "Answer queries in the foreground until SIGTERM");
  run_command->add_option("--config", options.config, "Configuration file")->capture_default_str();
  run_command->add_option(
      "--listen", options.listen,
      "Address to listen on instead of the configuration's, such as udp://127.0.0.1:5300; repeatable");
  auto* check_command = app.add_subcommand("check", "Check a configuration file and the files that it names");
  check_command->add_option("file", options.config, "Configuration file")->capture_default_str();
  auto* version_command = app.add_subcommand("version", "Print the version");

  try {
    app.parse(argc, argv);
    if (version_command->parsed()) std::puts("tributary " TRIBUTARY_VERSION);
    if (check_command->parsed()) return check(options);
    if (run_command->parsed()) return run(options);
    return EXIT_SUCCESS;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? EXIT_SUCCESS : usage_error;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "tributary: %s\n", error.what());
    return EXIT_FAILURE;
  }
}
