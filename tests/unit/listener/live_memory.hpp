#pragma once

#include <cstddef>

namespace tributary::resolver {

/// Octets that the whole test program holds by operator new at this moment. Requires: one thread.
std::size_t live_memory();

}  // namespace tributary::resolver
