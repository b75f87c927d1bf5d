#include <cstdio>

#include <CLI/CLI.hpp>

#include "resolver/commands/command.hpp"

namespace tributary::commands {

void add_version(CLI::App& app, Action& chosen) {
  app.add_subcommand("version", "Print the version")->callback([&chosen] {
    chosen = [] {
      std::puts("tributary " TRIBUTARY_VERSION);
      return done;
    };
  });
}

}  // namespace tributary::commands
