#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace tributary {

/// SipHash-2-4 (Aumasson and Bernstein, 2012): a hash of short messages that nobody without the key can
/// foretell, however many hashes he has seen. Allocates nothing.
using SipKey = std::array<std::uint8_t, 16>;
/// The 64 bits of the hash in its own order of octets: the least significant first.
using SipTag = std::array<std::uint8_t, 8>;

SipTag siphash(const SipKey& key, std::span<const std::uint8_t> octets);

}  // namespace tributary
