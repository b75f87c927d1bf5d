// Sixteen octets a step: each half is mixed with a secret, the halves are multiplied to 128 bits, and the two
// halves of the product are folded together.

#include "cache/keyed_hash.hpp"

#include <algorithm>
#include <cstring>

#include "base/random.hpp"

namespace tributary::cache {
namespace {

__extension__ using Product = unsigned __int128;

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  const Product product = static_cast<Product>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t load(std::span<const std::uint8_t> octets) {
  std::uint64_t word = 0;
  std::memcpy(&word, octets.data(), sizeof word);
  return word;
}

/// Up to eight octets, filled up with zeros.
std::uint64_t load_rest(std::span<const std::uint8_t> octets) {
  std::array<std::uint8_t, 8> padded{};
  std::ranges::copy(octets, padded.begin());
  return load(padded);
}

}  // namespace

KeyedHash KeyedHash::random() {
  std::array<std::uint8_t, sizeof(Seed)> octets;
  SystemRandom().fill(octets);
  Seed seed;
  std::memcpy(seed.data(), octets.data(), sizeof seed);
  return KeyedHash(seed);
}

std::uint64_t KeyedHash::operator()(std::span<const std::uint8_t> octets, std::uint64_t scope) const {
  std::uint64_t state = mix(seed_[0] ^ octets.size(), seed_[1] ^ scope);
  for (; octets.size() >= 16; octets = octets.subspan(16))
    state = mix(load(octets) ^ seed_[2], load(octets.subspan(8)) ^ state);
  const auto first = octets.first(std::min<std::size_t>(octets.size(), 8));
  state = mix(load_rest(first) ^ seed_[3], load_rest(octets.subspan(first.size())) ^ state);
  return mix(state ^ seed_[0], seed_[1]);
}

}  // namespace tributary::cache
