#pragma once

#include <cstddef>
#include <optional>

#include "base/time.hpp"

namespace tributary::simulate {

/// Something that is wrong with one upstream, or with all, for a while.
struct Fault {
  enum class Kind {
    black_hole,    ///< Nothing comes back.
    unreachable,   ///< The network says so at once.
    flapping,      ///< A black hole for 5 s, fine for 5 s, and so on.
    slow,          ///< Every reply comes `amount` seconds later.
    loss,          ///< Of every datagram sent, question or reply, with probability `amount`.
    servfail,      ///< SERVFAIL to everything, as fast as the path allows.
    nxdomain,      ///< NXDOMAIN to everything, likewise.
    rate_limited,  ///< Above `amount` queries in a second: HTTP 429, Retry-After: 10.
    refused,       ///< Above `amount` queries in a second: REFUSED.
    dead_zone,     ///< Names of the weak zone: SERVFAIL after 1.9 s, or nothing.
  };

  bool concerns(std::size_t which, Duration at) const {
    return at >= from && at < until && (!upstream || *upstream == which);
  }

  Kind kind;
  Duration from{}, until{};             ///< Since the run began.
  std::optional<std::size_t> upstream;  ///< Nothing: all of them.
  double amount = 0;
};

}  // namespace tributary::simulate
