// The command line: which command, and with what. Exit codes: resolver/commands/command.hpp.

#include <cstdio>

#include <CLI/CLI.hpp>

#include "resolver/commands/command.hpp"

namespace {

using namespace tributary;

/// What the command line asks for: the reading of it is gone, with its memory, when that is done.
commands::Action read_command_line(int argc, char** argv) {
  commands::Action chosen;
  CLI::App app{"tributary: one DNS answer from many sources", "tributary"};
  app.require_subcommand(1);
  commands::add_commands(app, chosen);
  try {
    app.parse(argc, argv);
    return chosen;
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error) == 0 ? commands::done : commands::wrong_usage;
    return [code] { return code; };
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return read_command_line(argc, argv)();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "tributary: %s\n", error.what());
    return commands::failed;
  }
}
