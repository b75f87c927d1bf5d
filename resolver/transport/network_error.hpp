#pragma once

#include <asio/error.hpp>

#include "resolver/upstream/upstream.hpp"

namespace tributary::resolver {

/// What kind of failure an error of the system is. Without a route the fault is likely to be on our side.
inline Failure::Kind kind_of(const asio::error_code& error) {
  const bool no_route = error == asio::error::network_unreachable || error == asio::error::host_unreachable ||
                        error == asio::error::network_down;
  return no_route ? Failure::Kind::no_route : Failure::Kind::network;
}

}  // namespace tributary::resolver
