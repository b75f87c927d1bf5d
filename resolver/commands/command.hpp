#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace tributary::commands {

/// What a command line asks for; returns the process's exit code.
using Action = std::function<int()>;

/// What `tributary` ends with, as its manual says.
enum ExitCode : int { done = 0, failed = 1, wrong_usage = 2, no_daemon = 3 };

// Each adds one command (with those below it) to the command line; when that is what was typed, `chosen`
// becomes what is to be done, which does not refer to the command line any more.
void add_cache(CLI::App& app, Action& chosen);
void add_check(CLI::App& app, Action& chosen);
void add_completion(CLI::App& app, Action& chosen);
void add_config(CLI::App& app, Action& chosen);
void add_explain(CLI::App& app, Action& chosen);
void add_flush(CLI::App& app, Action& chosen);
void add_query(CLI::App& app, Action& chosen);
void add_reload(CLI::App& app, Action& chosen);
void add_run(CLI::App& app, Action& chosen);
void add_status(CLI::App& app, Action& chosen);
void add_top(CLI::App& app, Action& chosen);
void add_upstream(CLI::App& app, Action& chosen);
void add_version(CLI::App& app, Action& chosen);

/// All of them, in the order in which help lists them.
void add_commands(CLI::App& app, Action& chosen);

}  // namespace tributary::commands
