#pragma once

#include <memory>
#include <vector>

#include "resolver/upstream/guarded.hpp"
#include "resolver/upstream/worker_tools.hpp"

namespace tributary::resolver {

/// Sends real probes, over the real transports, to upstreams whose breaker is not closed. One for the whole
/// process; it runs on one worker and sleeps while all breakers are closed.
class Prober {
 public:
  static constexpr Duration probe_timeout = std::chrono::seconds(2);

  struct Target {
    Guarded* upstream;       ///< Of the prober's worker.
    dns::Question question;  ///< One that it should be able to answer: ". NS", or the SOA of what it serves.
  };

  /// The upstreams outlive the prober.
  Prober(WorkerTools tools, std::vector<Target> targets);

  /// Starts probing; ends with the nursery. Wires itself to the `when_opened` of every target.
  void start();

 private:
  static Task<> run(WorkerTools tools, std::shared_ptr<Alarm> opened, std::vector<Target> targets);

  WorkerTools tools_;
  std::shared_ptr<Alarm> opened_;  // rung when a breaker opens
  std::vector<Target> targets_;
};

}  // namespace tributary::resolver
