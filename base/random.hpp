#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace tributary {

/// A source of randomness, passed in so that tests can choose it.
class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> out) = 0;

  std::uint16_t next_u16();
  std::uint32_t next_u32();
  /// Uniform in [0, bound), without modulo bias. Requires: bound > 0.
  std::uint32_t below(std::uint32_t bound);
  /// Uniform in [0, 1).
  double unit();

 protected:
  Random() = default;
  Random(const Random&) = default;
  Random& operator=(const Random&) = default;
};

/// The kernel's CSPRNG (getrandom), drawn in blocks. Not thread-safe: one for each worker.
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override;

 private:
  std::array<std::uint8_t, 256> pool_{};
  std::size_t used_ = sizeof pool_;
};

}  // namespace tributary
