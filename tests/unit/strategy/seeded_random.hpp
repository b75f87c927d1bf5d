#pragma once

#include <random>

#include "base/random.hpp"

namespace tributary::testing {

/// The same sequence in every run.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint32_t seed = 1) : engine_(seed) {}
  void fill(std::span<std::uint8_t> out) override {
    for (auto& octet : out) octet = static_cast<std::uint8_t>(engine_() >> 24);
  }

 private:
  std::mt19937 engine_;
};

}  // namespace tributary::testing
