#include <cstdio>
#include <memory>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "resolver/commands/command.hpp"
#include "resolver/commands/daemon_client.hpp"
#include "resolver/commands/printable.hpp"

namespace tributary::commands {
namespace {

using Json = nlohmann::json;

struct Options {
  DaemonOptions daemon;
  std::string name, type = "A";
  bool dnssec = false;
};

void print(const std::string& line) {
  std::printf("%s\n", printable(line).c_str());
}

std::string first_line(const Json& answer) {
  auto out = answer.value("rcode", "");
  for (const auto& flag : answer.value("flags", Json::array())) out += " " + flag.get<std::string>();
  return out + fmt::format(", {} records in {:.1f} ms", answer.value("records", Json::array()).size(),
                           answer.value("total_ms", 0.0));
}

/// A name that does not exist is an answer too.
bool answered(const Json& answer) {
  const auto rcode = answer.value("rcode", "");
  return rcode == "NOERROR" || rcode == "NXDOMAIN";
}

int show(const Json& answer) {
  print(first_line(answer));
  for (const auto& record : answer.value("records", Json::array())) print(record.get<std::string>());
  for (const auto& record : answer.value("authority", Json::array())) print("; " + record.get<std::string>());
  for (const auto& error : answer.value("ede", Json::array()))
    print(fmt::format("; EDE {}: {}", error.value("code", 0), error.value("text", "")));
  return answered(answer) ? done : failed;
}

int query(const Options& options) {
  resolver::HttpRequest request{"GET", "/api/v1/query", {{"name", options.name}, {"type", options.type}}, {}};
  if (options.dnssec) request.parameters["dnssec"] = "1";
  return ask_and_show(options.daemon, request, show);
}

}  // namespace

void add_query(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("query", "Ask as a client on this host would");
  const auto options = std::make_shared<Options>();
  add_daemon_options(*command, options->daemon);
  command->add_option("name", options->name, "Domain name")->required();
  command->add_option("type", options->type, "Type of records")->capture_default_str();
  command->add_flag("--dnssec", options->dnssec, "With signatures and denials");
  command->callback([options, &chosen] { chosen = [options] { return query(*options); }; });
}

}  // namespace tributary::commands
