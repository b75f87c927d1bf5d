#include "base/random.hpp"

#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace tributary {

std::uint16_t Random::next_u16() {
  std::array<std::uint8_t, 2> bytes{};
  fill(bytes);
  return static_cast<std::uint16_t>(bytes[0] << 8 | bytes[1]);
}

std::uint32_t Random::next_u32() {
  return static_cast<std::uint32_t>(next_u16()) << 16 | next_u16();
}

std::uint32_t Random::below(std::uint32_t bound) {
  // Values at or above the largest multiple of `bound` would favour small results: draw again.
  const std::uint64_t range = std::uint64_t{1} << 32;
  const std::uint64_t limit = range - range % bound;
  std::uint64_t value = next_u32();
  while (value >= limit) value = next_u32();
  return static_cast<std::uint32_t>(value % bound);
}

double Random::unit() {
  return static_cast<double>(next_u32()) / 4294967296.0;
}

namespace {

void read_kernel_random(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const ssize_t got = getrandom(out.data(), out.size(), 0);
    if (got > 0) {
      out = out.subspan(static_cast<std::size_t>(got));
    } else if (errno != EINTR) {
      throw std::system_error(errno, std::generic_category(), "getrandom");
    }
  }
}

}  // namespace

void SystemRandom::fill(std::span<std::uint8_t> out) {
  for (auto& byte : out) {
    if (used_ == pool_.size()) {
      read_kernel_random(pool_);
      used_ = 0;
    }
    // What was given away is erased, so that a later leak of memory does not tell earlier IDs and ports.
    byte = std::exchange(pool_[used_++], std::uint8_t{0});
  }
}

}  // namespace tributary
