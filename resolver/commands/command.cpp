#include "resolver/commands/command.hpp"

namespace tributary::commands {

void add_commands(CLI::App& app, Action& chosen) {
  for (auto* add : {add_run, add_check, add_status, add_top, add_explain, add_query, add_flush, add_reload,
                    add_upstream, add_cache, add_config, add_version, add_completion})
    add(app, chosen);
}

}  // namespace tributary::commands
