#pragma once

#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <tl/expected.hpp>

#include "base/locked.hpp"
#include "resolver/admin/admin_server.hpp"
#include "resolver/admin/metrics.hpp"
#include "resolver/daemon/watches.hpp"
#include "resolver/daemon/worker.hpp"

namespace tributary::resolver {

/// Builds everything from one configuration and owns it: the only place that knows all concrete types.
class Daemon {
 public:
  /// Loads zones and certificates, opens all sockets, and starts nothing yet. The errors are sentences for
  /// the operator.
  static tl::expected<std::unique_ptr<Daemon>, std::vector<std::string>> make(policy::Config config);
  ~Daemon();

  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  /// Serves until SIGTERM or SIGINT; then answers what it has, for at most a second and a half. Tells systemd
  /// when it is ready and when it stops.
  void run();

 private:
  Daemon(policy::Config config, UpstreamMaterial material);

  SnapshotPtr snapshot() const;
  tl::expected<void, std::string> open_sockets();
  tl::expected<void, std::string> open_admin();
  std::string metrics() const;
  void network_changed(const char* how);
  void log_ready() const;
  void forget_answers(const dns::Question& question);

  asio::io_context main_loop_{1};
  // From the first moment on: a signal that comes while sockets are opened ends the daemon in order, too.
  asio::signal_set signals_{main_loop_, SIGTERM, SIGINT};
  SystemClock clock_;
  Timers timers_{main_loop_.get_executor(), clock_};
  Lasting lasting_;
  SnapshotBuilder builder_{lasting_.link, lasting_.wall_clock};
  Locked<SnapshotPtr> snapshot_;
  std::vector<policy::ListenConfig> listening_;  // with the real ports
  std::vector<std::unique_ptr<Worker>> workers_;
  std::unique_ptr<Watches> watches_;
  std::unique_ptr<AdminServer> admin_;
};

}  // namespace tributary::resolver
