#include "cache/answer.hpp"

#include <algorithm>

namespace tributary::cache {

std::uint32_t Answer::age(Instant stored, Instant now) {
  const auto passed = std::chrono::duration_cast<std::chrono::seconds>(now - stored).count();
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(passed, 0, UINT32_MAX));
}

}  // namespace tributary::cache
