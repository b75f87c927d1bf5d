// Each word of eight octets is mixed into a state of four words by two rounds; four rounds end it. The last
// word holds the octets that are left, and the length modulo 256 in its highest octet.

#include "base/siphash.hpp"

#include <bit>
#include <cstddef>

namespace tributary {
namespace {

/// At most eight octets as a number, the first the least significant; missing ones are zero.
std::uint64_t read_word(std::span<const std::uint8_t> octets) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < octets.size(); ++i) word |= std::uint64_t{octets[i]} << 8 * i;
  return word;
}

struct State {
  std::uint64_t a, b, c, d;

  void round() {
    a += b;
    c += d;
    b = std::rotl(b, 13) ^ a;
    d = std::rotl(d, 16) ^ c;
    a = std::rotl(a, 32);
    c += b;
    a += d;
    b = std::rotl(b, 17) ^ c;
    d = std::rotl(d, 21) ^ a;
    c = std::rotl(c, 32);
  }

  void mix(std::uint64_t word) {
    d ^= word;
    round();
    round();
    a ^= word;
  }
};

}  // namespace

SipTag siphash(const SipKey& key, std::span<const std::uint8_t> octets) {
  const std::uint64_t low = read_word(std::span(key).first<8>());
  const std::uint64_t high = read_word(std::span(key).last<8>());
  State state{low ^ 0x736f6d6570736575, high ^ 0x646f72616e646f6d, low ^ 0x6c7967656e657261,
              high ^ 0x7465646279746573};
  const std::uint64_t length = octets.size();
  for (; octets.size() >= 8; octets = octets.subspan(8)) state.mix(read_word(octets.first<8>()));
  state.mix(read_word(octets) | length << 56);
  state.c ^= 0xff;
  for (int i = 0; i < 4; ++i) state.round();

  const std::uint64_t hash = state.a ^ state.b ^ state.c ^ state.d;
  SipTag tag;
  for (std::size_t i = 0; i < tag.size(); ++i) tag[i] = static_cast<std::uint8_t>(hash >> 8 * i);
  return tag;
}

}  // namespace tributary
