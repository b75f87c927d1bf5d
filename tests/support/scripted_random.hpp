#pragma once

#include <deque>
#include <initializer_list>

#include "base/random.hpp"

namespace tributary {

/// Randomness that a test chooses: the given 32-bit numbers in order, then the last one again and again.
class ScriptedRandom final : public Random {
 public:
  explicit ScriptedRandom(std::initializer_list<std::uint32_t> numbers) : numbers_(numbers) {}

  void fill(std::span<std::uint8_t> out) override {
    for (auto& octet : out) octet = next_octet();
  }

 private:
  std::uint8_t next_octet() {
    const auto octet = static_cast<std::uint8_t>(numbers_.front() >> (24 - 8 * used_));
    used_ = (used_ + 1) % 4;
    if (used_ == 0 && numbers_.size() > 1) numbers_.pop_front();
    return octet;
  }

  std::deque<std::uint32_t> numbers_;
  unsigned used_ = 0;  // octets of the front
};

}  // namespace tributary
