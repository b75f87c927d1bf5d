#pragma once

#include <functional>
#include <memory>

#include <asio/io_context.hpp>

#include "resolver/daemon/anchor_watch.hpp"
#include "resolver/daemon/clock_watch.hpp"
#include "resolver/daemon/network_watch.hpp"
#include "resolver/daemon/resume_watch.hpp"
#include "resolver/daemon/worker.hpp"

namespace tributary::resolver {

/// What the daemon keeps an eye on besides queries: the wall clock and the keys of trust points, on the main
/// loop; the network and the host's sleep, on the loop of the first worker.
class Watches {
 public:
  struct Tools {
    asio::io_context& main_loop;
    Timers& timers;  ///< Of the main loop.
    Worker& first_worker;
    dnssec::SharedClockState& wall_clock;
    std::function<SnapshotPtr()> snapshot;                 ///< The present one. Any thread.
    std::function<void(const char* how)> network_changed;  ///< Called on the first worker's thread.
  };

  /// Nothing is watched before `start`. What `tools` refers to outlives this object.
  explicit Watches(Tools tools) : tools_(std::move(tools)) {}

  /// Before the workers start.
  void start();
  /// Follows the anchors of `next`, which is to be the present snapshot soon: what they are by now is known
  /// when this returns. On the main loop's thread.
  void prepare(const Snapshot& next);
  /// `before` is the present snapshot no more. On the main loop's thread.
  void follow(const Snapshot& before);
  /// No worker runs any more.
  void stop_network();

 private:
  void watch_clock(const policy::Config& config);
  void follow_anchors(const Snapshot& snapshot);
  void watch_network();

  Tools tools_;
  std::unique_ptr<ClockStamp> clock_stamp_;
  std::unique_ptr<ClockWatch> clock_watch_;
  std::unique_ptr<AnchorWatch> anchor_watch_;  // null: nothing is validated
  std::unique_ptr<NetworkWatch> network_watch_;
  std::unique_ptr<ResumeWatch> resume_watch_;
};

}  // namespace tributary::resolver
