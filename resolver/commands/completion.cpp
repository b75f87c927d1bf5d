#include <cstdio>

#include <CLI/CLI.hpp>

#include "resolver/commands/command.hpp"
#include "resolver/commands/shell_completion.hpp"

namespace tributary::commands {

/// For those who make packages: it is not listed.
void add_completion(CLI::App& app, Action& chosen) {
  auto* command =
      app.add_subcommand("completion", "Print what completes this command line in a shell")->group("");
  const auto shell = std::make_shared<std::string>();
  command->add_option("shell", *shell, "Shell")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->callback([shell, &app, &chosen] {
    chosen = [text = shell_completion(app, *shell)] {
      std::fputs(text.c_str(), stdout);
      return done;
    };
  });
}

}  // namespace tributary::commands
