#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <unistd.h>

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <tl/expected.hpp>

#include "base/locked.hpp"
#include "base/signals.hpp"
#include "resolver/admin/admin_server.hpp"
#include "resolver/admin/control.hpp"
#include "resolver/admin/metrics.hpp"
#include "resolver/daemon/cache_keeping.hpp"
#include "resolver/daemon/liveness_watch.hpp"
#include "resolver/daemon/traffic_watch.hpp"
#include "resolver/daemon/watches.hpp"
#include "resolver/daemon/worker.hpp"
#include "resolver/querylog/query_log.hpp"

namespace tributary::resolver {

/// What a reload has changed: sentences for the operator.
struct ReloadReport {
  std::vector<std::string> changed;
};

/// Builds everything from one configuration and owns it: the only place that knows all concrete types.
class Daemon {
 public:
  using Errors = std::vector<std::string>;
  using ReadConfig = std::function<tl::expected<policy::Config, Errors>()>;

  /// Loads zones and certificates, opens all sockets, and starts nothing yet. The errors are sentences for
  /// the operator. `read_again` reads and checks the configuration when it is to be reloaded, on the thread
  /// of `run`; without it there is no reloading.
  static tl::expected<std::unique_ptr<Daemon>, Errors> make(policy::Config config,
                                                            ReadConfig read_again = nullptr);
  ~Daemon();

  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  /// Serves until SIGTERM or SIGINT; then answers what it has, for at most a second and a half. Tells systemd
  /// when it is ready and when it stops.
  void run();

  /// Reads the configuration again and goes by it, as SIGHUP does. If there is anything wrong with it, the
  /// errors are returned and all stays as it was. Waits until all workers go by it. Any thread but that of
  /// `run`; before it runs, this waits.
  tl::expected<ReloadReport, Errors> reload();
  const ReloadStatus& reload_status() const { return reloads_; }

  /// The cache as a file, for whoever wants to see or to fill it.
  CacheKeeping& cache_keeping() { return cache_keeping_; }

  /// The present configuration, and what is made from it. Any thread.
  SnapshotPtr snapshot() const;

 private:
  /// A socket as it stands in the configuration, and with its real port.
  struct Listening {
    policy::ListenConfig configured, real;
  };
  /// A configuration that is good.
  struct Candidate {
    policy::Config config;
    UpstreamMaterial material;
    std::vector<std::string> changed;
  };

  Daemon(policy::Config config, UpstreamMaterial material, ReadConfig read_again);

  tl::expected<std::vector<Listening>, Errors> open_sockets(const std::vector<policy::ListenConfig>& wanted);
  // For operators: daemon_control.cpp. Any thread, but for the first.
  tl::expected<void, std::string> open_admin();
  Control control();
  MetricSources metric_sources(const Snapshot& present) const;
  Status status() const;
  std::optional<std::string> not_ready() const;
  Controlled<std::vector<std::uint8_t>> ask(std::vector<std::uint8_t> query) const;
  Controlled<std::string> explain(const ExplainRequest& request);
  Controlled<std::string> load_cache(std::string_view file);
  std::size_t flush(const FlushRequest& request);
  Controlled<std::vector<std::string>> reload_for_operator();
  void forget_failures();
  Controlled<void> act_on_upstream(const std::string& name, UpstreamAction action);

  void log_queries();
  QueryLog::UpstreamNames upstream_names() const;
  void network_changed(const char* how);

  void follow_signals();
  tl::expected<ReloadReport, Errors> reload_now();
  tl::expected<ReloadReport, Errors> replace_configuration();
  tl::expected<Candidate, Errors> read_candidate() const;
  void adopt(Candidate candidate, const std::vector<policy::ListenConfig>& closed);
  std::vector<policy::ListenConfig> stop_listing(const std::vector<policy::ListenConfig>& closed);

  void limit_clients(const policy::Config& config);
  void watch_workers();
  void log_ready() const;
  void forget_answers(const dns::Question& question);

  asio::io_context main_loop_{1};
  // From the first moment on: a signal that comes while sockets are opened ends the daemon in order, too.
  const Signals signals_{SIGTERM, SIGINT, SIGHUP};
  asio::posix::stream_descriptor signal_arrival_{main_loop_, ::dup(signals_.descriptor())};
  SystemClock clock_;
  Timers timers_{main_loop_.get_executor(), clock_};
  const ReadConfig read_again_;
  ReloadStatus reloads_;
  std::atomic<bool> serving_{false}, stopped_{false};
  std::thread::id main_thread_ = std::this_thread::get_id();
  Lasting lasting_;
  SnapshotBuilder builder_{lasting_.link, lasting_.wall_clock};
  Locked<SnapshotPtr> snapshot_;
  CacheKeeping cache_keeping_{lasting_, [this] { return snapshot(); }};
  std::vector<Listening> listening_;
  std::unique_ptr<QueryLog> query_log_;      // null: not wanted
  std::unique_ptr<LivenessWatch> liveness_;  // null until they run
  std::vector<std::unique_ptr<Worker>> workers_;
  std::unique_ptr<Watches> watches_;
  const Instant started_ = BootClock::now();
  std::unique_ptr<TrafficWatch> traffic_watch_;  // null: nobody could ask
  std::unique_ptr<AdminServer> admin_;
};

}  // namespace tributary::resolver
