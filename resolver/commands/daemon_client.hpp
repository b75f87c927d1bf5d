#pragma once

#include <functional>
#include <string>

#include <nlohmann/json_fwd.hpp>
#include <tl/expected.hpp>

#include "resolver/admin/http_exchange.hpp"

namespace CLI {
class App;
}

namespace tributary::commands {

/// What all commands take that talk to a daemon.
struct DaemonOptions {
  std::string config = "/etc/tributary/tributary.yaml";  ///< The daemon's: says where it is reached.
  std::string socket;                                    ///< Its Unix socket; empty: look for it.
  bool json = false;
};
void add_daemon_options(CLI::App& command, DaemonOptions& options);

/// What the daemon answers: at the socket that was given; else at the configuration's, at
/// /run/tributary/control.sock, or at the configuration's loopback address, whatever answers first. The error
/// tells that none does. Blocks.
tl::expected<resolver::HttpResponse, std::string> ask_daemon(const DaemonOptions& options,
                                                             const resolver::HttpRequest& request);

/// Asks, and has `show` print the JSON that comes, or prints it as it is for `--json`. What the daemon
/// refuses goes to standard error. Returns the exit code: that of `show`, `failed` or `no_daemon`.
int ask_and_show(const DaemonOptions& options, const resolver::HttpRequest& request,
                 const std::function<int(const nlohmann::json&)>& show);

/// Tells on standard error why the daemon refused; returns `failed`.
int report_refusal(const resolver::HttpResponse& response);
/// Tells that there is no daemon; returns `no_daemon`.
int report_no_daemon(const std::string& why);

}  // namespace tributary::commands
