#pragma once

#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <tl/expected.hpp>

#include "resolver/admin/admin_server.hpp"
#include "resolver/admin/metrics.hpp"
#include "resolver/daemon/anchor_watch.hpp"
#include "resolver/daemon/clock_watch.hpp"
#include "resolver/daemon/network_watch.hpp"
#include "resolver/daemon/resume_watch.hpp"
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

  tl::expected<void, std::string> open_sockets();
  tl::expected<void, std::string> open_admin();
  MetricSources metric_sources() const;
  std::vector<dns::Question> probe_questions() const;
  void watch_clock();
  void follow_anchors();
  void watch_network();
  void network_changed(const char* how);
  void log_ready() const;
  void forget_answers(const dns::Question& question);

  asio::io_context main_loop_{1};
  // From the first moment on: a signal that comes while sockets are opened ends the daemon in order, too.
  asio::signal_set signals_{main_loop_, SIGTERM, SIGINT};
  SystemClock clock_;
  Timers timers_{main_loop_.get_executor(), clock_};
  policy::Config config_;
  UpstreamMaterial material_;
  policy::Policy policy_;
  std::unique_ptr<Trust> trust_;  // null: nothing is validated
  cache::AnswerCache cache_;
  InFlight in_flight_;
  LocalLink link_;
  InjectedNames injected_;
  RecentFailures recent_failures_;
  HealthTable health_;
  DegradationTable degradations_;
  dnssec::SharedClockState wall_clock_;
  std::unique_ptr<ClockStamp> clock_stamp_;
  std::unique_ptr<ClockWatch> clock_watch_;
  std::unique_ptr<AnchorWatch> anchor_watch_;  // null: nothing is validated
  ConnectionLimits tcp_limits_;
  ReloadCounters reloads_;
  std::vector<std::unique_ptr<Worker>> workers_;
  // On the first worker's loop.
  std::unique_ptr<NetworkWatch> network_watch_;
  std::unique_ptr<ResumeWatch> resume_watch_;
  std::unique_ptr<AdminServer> admin_;
};

}  // namespace tributary::resolver
