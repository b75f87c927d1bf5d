#pragma once

#include <cstdint>
#include <span>

#include "resolver/admin/control.hpp"

namespace tributary::resolver {

/// Whether an answer to `question` (a question section with the name in small letters) is what the operator
/// wants to be rid of.
bool concerns(const FlushRequest& flush, std::span<const std::uint8_t> question);

}  // namespace tributary::resolver
