#pragma once

#include <bit>
#include <cstdint>

namespace tributary {

/// The natural logarithm of a positive, normal number, to 15 digits. Ours, so that nothing of libm is called
/// and fewer of its pages are held (docs/decisions/0009-what-is-linked-how.md).
constexpr double natural_log(double x) {
  constexpr double log_of_2 = 0.69314718055994530942, square_root_of_2 = 1.4142135623730950488;
  constexpr std::uint64_t exponent_of_1 = 0x3FF, mantissa = (std::uint64_t{1} << 52) - 1;
  const auto bits = std::bit_cast<std::uint64_t>(x);
  double exponent = static_cast<double>(bits >> 52) - static_cast<double>(exponent_of_1);
  double m = std::bit_cast<double>((bits & mantissa) | exponent_of_1 << 52);  // 1 to 2
  if (m > square_root_of_2) {
    m /= 2;
    exponent += 1;
  }
  // ln m = 2 (y + y³/3 + y⁵/5 + …), where |y| < 0.172.
  const double y = (m - 1) / (m + 1);
  double sum = 0;
  for (int power = 21; power >= 1; power -= 2) sum = sum * y * y + 1.0 / power;
  return exponent * log_of_2 + 2 * y * sum;
}

}  // namespace tributary
