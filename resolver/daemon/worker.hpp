#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <asio/io_context.hpp>
#include <tl/expected.hpp>

#include "resolver/daemon/upstream_factory.hpp"
#include "resolver/listener/tcp_listener.hpp"
#include "resolver/listener/udp_listener.hpp"
#include "resolver/resolution.hpp"
#include "resolver/upstream/prober.hpp"

namespace tributary::resolver {

/// The health of every upstream, in the order of the configuration.
using HealthTable = std::vector<std::unique_ptr<Health>>;

/// How the groups do, in the order of the configuration.
using DegradationTable = std::deque<Degradation>;

/// One thread with an event loop, listening sockets, transports and groups of its own.
class Worker {
 public:
  /// What all workers are made from and share. Everything named here outlives them.
  struct Foundation {
    const policy::Config& config;
    const UpstreamMaterial& material;
    const HealthTable& health;
    DegradationTable& degradations;
    ConnectionLimits& tcp_limits;
    InjectedNames& injected;
    SharedState state;
  };

  explicit Worker(const Foundation& foundation);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Opens a socket for each of `listen`; port 0 is replaced by the port that the kernel chose. The error is
  /// a sentence.
  tl::expected<void, std::string> open(std::vector<policy::ListenConfig>& listen);

  /// Makes this worker the one that probes: `questions` holds one for each upstream, in the order of the
  /// configuration.
  void start_prober(const std::vector<dns::Question>& questions, LocalLink& link);

  void start();
  /// Tells the transports, which may have to connect anew. Any thread.
  void network_changed();
  /// Asks for the validated DNSKEY set of `zone`, and calls `done` with the answer, on the worker's thread.
  /// Any thread.
  void ask_dnskeys(dns::Name zone, std::function<void(cache::AnswerPtr)> done);
  /// Answers a question and calls `done` with how that came about, on the worker's thread, within the time of
  /// a query and Resolution::longest_watch. Any thread.
  void explain(explain::ExplainRequest request, std::function<void(explain::Explanation)> done);
  /// Reads no more queries, answers those it has, and ends; at once when `deadline` has come. Any thread.
  void drain(Deadline deadline);
  /// Waits for the thread to end.
  void join();
  /// Destroys what is still suspended. Call on all workers before the first is destroyed:
  /// one may still wake another.
  void abandon();

  /// Used on the worker's thread only, or before `start`.
  const WorkerTools& tools() const { return tools_; }
  const QueryCounters& query_counters() const { return resolution_->counters(); }
  const ListenerCounters& listener_counters() const { return listener_counters_; }

 private:
  struct Loop : asio::io_context {
    Loop() : asio::io_context(1) {}
    void abandon() { shutdown(); }
  };

  std::vector<Source> make_sources(const Foundation& foundation);
  std::unique_ptr<Group> make_group(const policy::GroupConfig& group, const policy::Config& config);
  tl::expected<policy::SocketAddress, std::string> open_one(const policy::ListenConfig& listen);
  static Task<> hand_over_explanation(Task<explain::Explanation> explanation,
                                      std::function<void(explain::Explanation)> done);
  static Task<> hand_over(Task<cache::AnswerPtr> answer, std::function<void(cache::AnswerPtr)> done);
  static asio::awaitable<void> finish(Worker* self, Deadline deadline);
  void stop_accepting();
  std::size_t pending() const;

  Loop loop_;
  TurnClock clock_;
  SystemRandom random_;
  Timers timers_;
  Nursery nursery_;
  WorkerTools tools_;
  Judge judge_;
  std::vector<std::unique_ptr<Guarded>> upstreams_;
  std::unique_ptr<Resolution> resolution_;
  ListenerCounters listener_counters_;
  TcpService tcp_;
  std::vector<std::unique_ptr<UdpListener>> udp_listeners_;
  std::vector<std::unique_ptr<TcpListener>> tcp_listeners_;
  std::unique_ptr<Prober> prober_;
  std::thread thread_;
};

}  // namespace tributary::resolver
