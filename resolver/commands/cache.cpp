#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/state_file.hpp"
#include "resolver/commands/command.hpp"
#include "resolver/commands/daemon_client.hpp"
#include "resolver/commands/report_errors.hpp"
#include "resolver/commands/yaml_text.hpp"

namespace tributary::commands {
namespace {

struct Options {
  DaemonOptions daemon;
  std::string file;
};

int dump(const Options& options) {
  const auto response = ask_daemon(options.daemon, {"GET", "/api/v1/cache", {}, {}});
  if (!response) return report_no_daemon(response.error());
  if (response->status != 200) return report_refusal(*response);
  const auto file = std::filesystem::absolute(options.file);
  if (const auto kept = replace_state_file(file, response->body); !kept)
    return report_errors(std::vector{options.file + " cannot be written: " + kept.error()});
  if (options.daemon.json)
    std::printf("{\"bytes\": %zu}\n", response->body.size());
  else
    std::printf("%zu bytes written to %s\n", response->body.size(), options.file.c_str());
  return done;
}

int load(const Options& options) {
  std::ifstream stream(options.file, std::ios::binary);
  if (!stream) return report_errors(std::vector{options.file + " cannot be read"});
  const std::string contents{std::istreambuf_iterator<char>(stream), {}};
  return ask_and_show(options.daemon, {"POST", "/api/v1/cache", {}, contents},
                      [](const nlohmann::json& outcome) {
                        std::fputs(yaml_text(outcome).c_str(), stdout);
                        return done;
                      });
}

void add_one(CLI::App& parent, Action& chosen, const char* word, const char* description,
             int (*act)(const Options&)) {
  auto* command = parent.add_subcommand(word, description);
  const auto options = std::make_shared<Options>();
  add_daemon_options(*command, options->daemon);
  command->add_option("file", options->file, "File with cached answers")->required();
  command->callback([options, act, &chosen] { chosen = [options, act] { return act(*options); }; });
}

}  // namespace

void add_cache(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("cache", "Write the cache to a file, or read it from one");
  command->require_subcommand(1);
  add_one(*command, chosen, "dump", "Write all cached answers to a file", dump);
  add_one(*command, chosen, "load", "Take up the answers in a file, as far as they still count", load);
}

}  // namespace tributary::commands
