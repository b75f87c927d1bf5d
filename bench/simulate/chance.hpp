#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

#include "base/random.hpp"
#include "base/time.hpp"

namespace tributary::simulate {

/// Randomness that is the same in every run, and the distributions that the simulator draws from. (Those of
/// the standard library differ from one library to the next.)
class Chance final : public Random {
 public:
  explicit Chance(std::uint64_t seed) : state_(seed) {}

  /// SplitMix64, by Sebastiano Vigna.
  std::uint64_t next() {
    std::uint64_t word = state_ += 0x9E3779B97F4A7C15;
    word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9;
    word = (word ^ (word >> 27)) * 0x94D049BB133111EB;
    return word ^ (word >> 31);
  }
  void fill(std::span<std::uint8_t> out) override {
    for (auto& octet : out) octet = static_cast<std::uint8_t>(next() >> 56);
  }

  /// Uniform in [0, 1).
  double fraction() { return static_cast<double>(next() >> 11) * 0x1p-53; }
  bool happens(double probability) { return fraction() < probability; }
  Duration exponential(Duration mean) { return scaled(mean, -std::log1p(-fraction())); }
  /// `spread` is the standard deviation of the logarithm.
  Duration log_normal(Duration median, double spread) { return scaled(median, std::exp(spread * normal())); }

 private:
  static Duration scaled(Duration unit, double factor) {
    return Duration(static_cast<Duration::rep>(static_cast<double>(unit.count()) * factor));
  }
  /// Box and Muller's, one of the two.
  double normal() {
    const double radius = std::sqrt(-2 * std::log1p(-fraction()));
    return radius * std::cos(2 * std::numbers::pi * fraction());
  }

  std::uint64_t state_;
};

}  // namespace tributary::simulate
