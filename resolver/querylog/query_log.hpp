#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/locked.hpp"
#include "policy/config.hpp"
#include "resolver/counters.hpp"
#include "resolver/querylog/client_mask.hpp"
#include "resolver/querylog/query_recorder.hpp"
#include "resolver/querylog/query_sink.hpp"

namespace tributary::resolver {

/// The log of clients' queries (docs/query-log.md): a recorder for each worker, and one thread that writes
/// what they recorded.
class QueryLog {
 public:
  /// By their place in the configuration.
  using UpstreamNames = std::vector<std::string>;
  /// What the log is told about the daemon.
  struct Names {
    std::string version;  ///< "tributary 1.2.3"
    UpstreamNames upstreams;
  };
  /// Called on the writer's thread.
  struct Clocks {
    std::function<Instant()> now;
    std::function<Duration()> wall_clock;  ///< What the wall clock is ahead of `now`.
  };
  static Clocks system_clocks();

  /// Requires: config.wanted().
  QueryLog(const policy::QueryLogConfig& config, Names names, std::size_t workers,
           Clocks clocks = system_clocks());
  /// Writes what was recorded, and ends. Requires: nobody records any more.
  ~QueryLog();
  QueryLog(const QueryLog&) = delete;
  QueryLog& operator=(const QueryLog&) = delete;

  /// Opens files and sockets, and begins to write. Before, what is recorded waits. Once.
  void start();

  /// Lives as long as the log.
  QueryRecorder& recorder(std::size_t worker) { return recorders_[worker]; }
  /// What is written from now on names upstreams by these. Any thread.
  void name_upstreams(UpstreamNames names);
  /// Any thread.
  QueryLogTotals totals() const;

 private:
  void run();
  bool write_round();
  void flush();
  bool has_work();
  void sleep();

  const Clocks clocks_;
  const ClientMask mask_;
  Locked<UpstreamNames> upstreams_;
  Sleeper sleeper_;
  std::deque<QueryRecorder> recorders_;
  std::unique_ptr<QuerySink> dnstap_, json_;  // null: not wanted
  std::vector<QuerySink*> sinks_;             // those that are
  std::atomic<bool> stopping_{false};
  std::thread writer_;
};

}  // namespace tributary::resolver
