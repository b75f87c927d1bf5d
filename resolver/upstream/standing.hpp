#pragma once

#include <cstdint>

#include "base/time.hpp"

namespace tributary::resolver {

/// What a strategy weighs an upstream by: how it stood when it was looked at. A value.
struct Standing {
  Duration typical_rtt{};  ///< Median of its last round-trip times; zero while none is known.
  /// When no reply has come after that time, another upstream is worth asking.
  Duration hedge_delay = std::chrono::milliseconds(100);
  Duration penalty{};           ///< For what it failed to do lately.
  std::uint32_t in_flight = 0;  ///< Exchanges that have not ended, of all workers.
  double share = 1;  ///< Of its usual load, above 0 to 1: less while it is slow or has just come back.

  /// Lately it failed, or one after the other of its queries went on to somebody else.
  bool in_trouble() const { return penalty >= std::chrono::milliseconds(10); }

  /// What asking it costs a client, as far as one can tell: to be compared.
  Duration cost() const {
    const auto loaded = static_cast<double>((typical_rtt + penalty).count()) * (1 + 0.02 * in_flight);
    return Duration(static_cast<Duration::rep>(loaded / share));
  }
};

}  // namespace tributary::resolver
