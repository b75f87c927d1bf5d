#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tributary::dns {

// Integers of the wire are big endian (RFC 1035 §2.3.2). Requires: the octets at `offset` exist.

inline std::uint16_t read_u16(std::span<const std::uint8_t> octets, std::size_t offset) {
  return static_cast<std::uint16_t>(octets[offset] << 8 | octets[offset + 1]);
}

inline std::uint32_t read_u32(std::span<const std::uint8_t> octets, std::size_t offset) {
  return std::uint32_t{read_u16(octets, offset)} << 16 | read_u16(octets, offset + 2);
}

/// Writes the lower 16 bits of `value`.
inline void write_u16(std::span<std::uint8_t> out, std::size_t offset, std::size_t value) {
  out[offset] = static_cast<std::uint8_t>(value >> 8);
  out[offset + 1] = static_cast<std::uint8_t>(value);
}

inline void append_u16(std::vector<std::uint8_t>& out, std::uint16_t value) {
  out.push_back(static_cast<std::uint8_t>(value >> 8));
  out.push_back(static_cast<std::uint8_t>(value));
}

inline void append_u32(std::vector<std::uint8_t>& out, std::uint32_t value) {
  append_u16(out, static_cast<std::uint16_t>(value >> 16));
  append_u16(out, static_cast<std::uint16_t>(value));
}

/// ASCII letters become small (RFC 4343 §3); other octets stay.
constexpr std::uint8_t lower_case(std::uint8_t octet) {
  return octet >= 'A' && octet <= 'Z' ? static_cast<std::uint8_t>(octet + ('a' - 'A')) : octet;
}

}  // namespace tributary::dns
