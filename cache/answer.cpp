#include "cache/answer.hpp"

#include <algorithm>

namespace tributary::cache {

std::uint32_t Answer::age(Instant now) const {
  const auto passed = std::chrono::duration_cast<std::chrono::seconds>(now - stored_).count();
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(passed, 0, UINT32_MAX));
}

std::size_t Answer::memory() const {
  return sizeof *this + message_.capacity() + ttl_offsets_.capacity() * sizeof(std::uint16_t) +
         (error_ ? error_->text.capacity() : 0);
}

}  // namespace tributary::cache
