#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace tributary::resolver {

/// A DNS reply as `GET /api/v1/query` gives it; nothing of it is trusted to be UTF-8. Requires: our own, so
/// well-formed.
std::string reply_json(std::span<const std::uint8_t> reply, double milliseconds);

}  // namespace tributary::resolver
