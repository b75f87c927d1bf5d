#pragma once

#include <cstdint>

namespace tributary::resolver {

/// How many TCP segments with data a connected socket has received. Over loopback, without Nagle's algorithm,
/// each write of up to 64 KiB is one.
std::uint32_t received_segments(int socket);

}  // namespace tributary::resolver
