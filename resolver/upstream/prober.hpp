#pragma once

#include <memory>
#include <vector>

#include "resolver/upstream/guarded.hpp"
#include "resolver/upstream/worker_tools.hpp"

namespace tributary::resolver {

/// Sends real probes, over the real transports: to upstreams whose breaker is not closed, to those that are
/// suspected, and to all in turn while our own link is down. One for the whole process; it runs on one worker
/// and sleeps while all is well.
class Prober {
 public:
  static constexpr Duration probe_timeout = std::chrono::seconds(2);

  struct Target {
    Guarded* upstream;       ///< Of the prober's worker.
    dns::Question question;  ///< One that it should be able to answer: ". NS", or the SOA of what it serves.
  };

  /// The upstreams and the link outlive the prober and its probes.
  Prober(WorkerTools tools, std::vector<Target> targets, LocalLink& link);

  /// Starts probing; ends with the nursery. Wires itself to the health of every target, in place of the
  /// prober that was wired to it before.
  void start();
  /// Sends no more probes; those that are on their way come to their end.
  void stop();

 private:
  static Task<> run(Prober* self);
  void send_due(Instant now);
  void send_over_link(Instant now);
  void send(const Target& target, Instant now);
  Instant next(Instant now) const;

  WorkerTools tools_;
  std::shared_ptr<Alarm> wake_;  // rung when a probe is due earlier than was known, or one has ended
  std::vector<Target> targets_;
  LocalLink& link_;
  std::size_t turn_ = 0;  // whose it is to probe the link
  bool stopped_ = false;
};

}  // namespace tributary::resolver
