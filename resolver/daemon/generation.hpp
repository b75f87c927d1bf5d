#pragma once

#include <memory>
#include <vector>

#include "resolver/daemon/lasting.hpp"
#include "resolver/daemon/snapshot.hpp"
#include "resolver/resolution.hpp"
#include "resolver/upstream/prober.hpp"

namespace tributary::resolver {

/// What one worker answers with, made from one snapshot, and replaced as a whole by what is made from the
/// next. Upstreams that have not changed are shared by both, with their connections.
///
/// All that it begins runs in its own nursery. So it can be told when it has ended what it had begun: only
/// then it is destroyed. All calls from the worker's thread, or before it starts.
class Generation {
 public:
  /// What it takes over of the one before is alive while it lives. `tools` are the worker's, and outlive it;
  /// so does what else is referred to.
  Generation(SnapshotPtr snapshot, Lasting& lasting, const WorkerTools& tools, QueryCounters& counters,
             const Generation* before);
  ~Generation();
  Generation(const Generation&) = delete;
  Generation& operator=(const Generation&) = delete;

  /// Starts the upstreams that the one before did not have. Once, on the worker's thread.
  void start();
  /// Makes this the generation that probes.
  void start_prober();
  /// Nothing more is asked of it from outside.
  void retire();
  /// Whether anything that it has begun goes on. If not, and it is retired, it may be destroyed: on the event
  /// loop, not by what it calls.
  bool busy() const { return resolution_.busy() || !nursery_.empty(); }
  /// Destroys what is suspended.
  void abandon() { nursery_.clear(); }

  const Snapshot& snapshot() const { return *snapshot_; }
  Resolution& resolution() { return resolution_; }
  /// Runs what asks `resolution` anything.
  Nursery& nursery() { return nursery_; }
  void network_changed();

 private:
  using Upstreams = std::vector<std::shared_ptr<Guarded>>;

  Upstreams make_upstreams(const WorkerTools& tools, const Generation* before);
  std::shared_ptr<Guarded> upstream_of(const Generation& before, std::uint64_t serial) const;
  std::vector<Source> make_sources();
  std::unique_ptr<Group> make_group(const policy::GroupConfig& group);

  SnapshotPtr snapshot_;
  LocalLink& link_;
  Upstreams new_upstreams_;  // not started yet
  Upstreams upstreams_;      // in the order of the configuration
  Nursery nursery_;
  WorkerTools tools_;
  Judge judge_;
  Resolution resolution_;
  std::unique_ptr<Prober> prober_;
};

}  // namespace tributary::resolver
