#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "cache/dump.hpp"
#include "dns/octets.hpp"

namespace tributary::cache::testing {

using Octets = std::vector<std::uint8_t>;

/// The cache as a file.
inline Octets dumped(AnswerCache& cache, const DumpHeader& header) {
  Octets out;
  write_dump(cache, header, [&out](std::span<const std::uint8_t> piece) {
    out.insert(out.end(), piece.begin(), piece.end());
    return true;
  });
  return out;
}

/// A record whose checksum is right, whatever stands in it.
inline Octets record_of(std::span<const std::uint8_t> body, const SipKey& key) {
  Octets out;
  dns::append_u32(out, dump::record_mark);
  dns::append_u32(out, static_cast<std::uint32_t>(body.size()));
  std::ranges::copy(siphash(key, body), std::back_inserter(out));
  out.insert(out.end(), body.begin(), body.end());
  return out;
}

/// The body of a record.
inline Octets body_of(const DumpedAnswer& answer) {
  Octets out{static_cast<std::uint8_t>(answer.checking_disabled ? 1 : 0),
             static_cast<std::uint8_t>(answer.rank), static_cast<std::uint8_t>(answer.security),
             static_cast<std::uint8_t>(answer.upstream)};
  dns::append_u16(out, answer.group);
  const auto stored = static_cast<std::uint64_t>(answer.stored.count());
  dns::append_u32(out, static_cast<std::uint32_t>(stored >> 32));
  dns::append_u32(out, static_cast<std::uint32_t>(stored));
  out.insert(out.end(), answer.message.begin(), answer.message.end());
  return out;
}

inline Octets operator+(Octets left, const Octets& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

}  // namespace tributary::cache::testing
