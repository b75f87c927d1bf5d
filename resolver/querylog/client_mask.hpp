#pragma once

#include <cstdint>

#include "resolver/querylog/query_record.hpp"

namespace tributary::resolver {

/// How much of clients' addresses is kept, in bits from the left.
struct ClientMask {
  std::uint8_t ipv4_bits = 32, ipv6_bits = 128;

  /// The rest is zero (RFC 7871 §11.1); the port is told only with a whole address.
  ClientOctets masked(ClientOctets client) const;
};

}  // namespace tributary::resolver
