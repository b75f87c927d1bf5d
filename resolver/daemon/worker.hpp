#pragma once

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <asio/io_context.hpp>
#include <tl/expected.hpp>

#include "resolver/daemon/generation.hpp"
#include "resolver/daemon/listener_set.hpp"
#include "resolver/listener/handler_switch.hpp"

namespace tributary::resolver {

/// One thread with an event loop, listening sockets, transports and groups of its own.
class Worker {
 public:
  /// Answers with what `snapshot` says. `lasting` outlives the worker.
  Worker(Lasting& lasting, const SnapshotPtr& snapshot);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Makes this worker the one that probes. Before `start`.
  void start_prober();
  /// Has all that is asked of this worker recorded. Before `start`; `recorder` outlives the worker.
  void record_queries(QueryRecorder& recorder);
  void start();

  // ---- Of another thread than the worker's, which waits; or before `start`.

  /// Opens a socket, to be served from `start` or the next `adopt` on; returns its address, with the port
  /// that the kernel chose for port 0. The error is a sentence.
  tl::expected<policy::SocketAddress, std::string> open(const policy::ListenConfig& listen);
  /// The sockets that were opened since are not wanted.
  void discard_opened();
  /// Answers with what `snapshot` says from now on, serves what was opened, and closes `closed` (with their
  /// real ports). What has been asked before is answered as it would have been.
  void adopt(const SnapshotPtr& snapshot, const std::vector<policy::ListenConfig>& closed);
  /// Calls `work` on the worker's thread.
  void call(const std::function<void()>& work);

  // ---- Any thread.

  /// Tells the transports, which may have to connect anew.
  void network_changed();
  /// Asks for the validated DNSKEY set of `zone`, and calls `done` with the answer, on the worker's thread;
  /// never, if nothing is validated by now.
  void ask_dnskeys(dns::Name zone, std::function<void(cache::AnswerPtr)> done);
  /// Answers a question and calls `done` with how that came about, on the worker's thread, within the time of
  /// a query and Resolution::longest_watch.
  void explain(explain::ExplainRequest request, std::function<void(explain::Explanation)> done);
  /// Answers `query` as one of a client on the loopback address, and calls `done` with the reply (empty if it
  /// gets none), on the worker's thread.
  void ask(std::vector<std::uint8_t> query, std::function<void(std::vector<std::uint8_t>)> done);
  /// Reads no more queries, answers those it has, and ends; at once when `deadline` has come.
  void drain(Deadline deadline);
  /// Calls `work` on the worker's thread, sometime.
  void call_soon(std::function<void()> work);
  const QueryCounters& query_counters() const { return query_counters_; }
  const ListenerCounters& listener_counters() const { return listener_counters_; }

  /// Waits for the thread to end.
  void join();
  /// Destroys what is still suspended. Call on all workers before the first is destroyed:
  /// one may still wake another.
  void abandon();

  /// Used on the worker's thread only, or before `start`.
  const WorkerTools& tools() const { return tools_; }

 private:
  struct Loop : asio::io_context {
    Loop() : asio::io_context(1) {}
    void abandon() { shutdown(); }
  };

  /// Looks from time to time whether what was left behind by a reload has come to its end.
  class Sweep final : private Timers::Timer {
   public:
    explicit Sweep(Worker& worker) : worker_(worker) {}
    void begin();

   private:
    void expire() override;

    Worker& worker_;
    bool waiting_ = false;
  };

  bool turn();
  void replace_generation(const SnapshotPtr& snapshot);
  bool sweep();
  static Task<> hand_over_explanation(Task<explain::Explanation> explanation,
                                      std::function<void(explain::Explanation)> done);
  static Task<> hand_over(Task<cache::AnswerPtr> answer, std::function<void(cache::AnswerPtr)> done);
  static Task<> answer(Resolution* resolution, std::vector<std::uint8_t> query, Instant now,
                       std::function<void(std::vector<std::uint8_t>)> done);
  static asio::awaitable<void> finish(Worker* self, Deadline deadline);

  Lasting& lasting_;
  Loop loop_;
  TurnClock clock_;
  SystemRandom random_;
  Timers timers_;
  Nursery nursery_;  // of the listeners
  WorkerTools tools_;
  QueryCounters query_counters_;
  ListenerCounters listener_counters_;
  FailureLog failures_{clock_, listener_counters_.failures};
  HandlerSwitch handler_;
  UdpService udp_;
  TcpService tcp_;
  std::unique_ptr<Generation> generation_;
  std::vector<std::unique_ptr<Generation>> retired_;  // with something to end still
  ListenerSet listeners_;
  Sweep sweep_;
  bool probes_ = false;
  QueryRecorder* recorder_ = nullptr;  // null: nothing is recorded
  std::thread thread_;
};

}  // namespace tributary::resolver
