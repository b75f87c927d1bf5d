#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "bench/malformed/packets.hpp"

namespace tributary::malformed {

/// What one stretch of traffic was like.
struct Traffic {
  std::uint64_t hits_sent = 0, flood_sent = 0;
  /// Of each answered hit, in microseconds, ascending: from sending to when the kernel had the reply.
  std::vector<double> latencies;

  /// Of the answered hits. 0 <= part <= 1.
  double percentile(double part) const;
  double answered_part() const;
};

/// Asks for each warm name until it is answered. The port is the daemon's. Throws if it never answers.
void warm_up(std::uint16_t port);

/// Sends 20,000 hits a second, paced, and the packets of `flood` (null: none) between them, at most
/// `flood_rate` a second. One thread does both, so that they do not take the core from each other: what the
/// flood costs this thread is the same whatever the packets mean to the daemon.
Traffic send_traffic(std::uint16_t port, const Kind* flood, double flood_rate, std::chrono::nanoseconds time);

}  // namespace tributary::malformed
