#pragma once

#include "policy/config.hpp"

namespace tributary::resolver {

/// A server that is asked over plain UDP or TCP.
struct PlainServer {
  policy::SocketAddress address;
  /// It is authoritative: RD is cleared, and its replies are marked as an authority's.
  bool authority = false;
};

}  // namespace tributary::resolver
