#include "cache/answer.hpp"

#include <algorithm>

namespace tributary::cache {

Answer::Answer(Making, std::span<const std::uint8_t> message, std::span<const std::uint16_t> ttl_offsets,
               const DnssecCuts& cuts)
    : memory_(std::make_unique_for_overwrite<std::uint16_t[]>(ttl_offsets.size() + (message.size() + 1) / 2)),
      ttl_offsets_(memory_.get(), ttl_offsets.size()),
      message_(reinterpret_cast<std::uint8_t*>(memory_.get() + ttl_offsets.size()), message.size()),
      cuts_(cuts) {
  std::ranges::copy(ttl_offsets, ttl_offsets_.begin());
  std::ranges::copy(message, message_.begin());
}

std::uint32_t Answer::age(Instant stored, Instant now) {
  const auto passed = std::chrono::duration_cast<std::chrono::seconds>(now - stored).count();
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(passed, 0, UINT32_MAX));
}

}  // namespace tributary::cache
