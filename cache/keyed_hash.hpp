#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace tributary::cache {

/// A hash that cannot be foretold without its seed: clients choose the names that are looked up, and must not
/// be able to choose ones that collide.
///
/// A value; safe from any thread.
class KeyedHash {
 public:
  using Seed = std::array<std::uint64_t, 4>;

  explicit KeyedHash(const Seed& seed) : seed_(seed) {}
  /// With a seed from the kernel.
  static KeyedHash random();

  /// Of `octets`, as they are (the caller lower-cases names), and of `scope`.
  std::uint64_t operator()(std::span<const std::uint8_t> octets, std::uint64_t scope) const;

 private:
  Seed seed_;
};

}  // namespace tributary::cache
