#pragma once

#include <string>

namespace CLI {
class App;
}

namespace tributary::commands {

/// The script that completes the commands and options of `app` in `shell`: bash, zsh or fish.
std::string shell_completion(const CLI::App& app, const std::string& shell);

}  // namespace tributary::commands
