#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "dns/record.hpp"

namespace tributary::dns::testing {

using Octets = std::vector<std::uint8_t>;

/// The parts one after the other: "\3www" is a label as the wire has it.
inline Octets octets_of(std::initializer_list<std::string_view> parts) {
  Octets octets;
  for (const auto part : parts) octets.insert(octets.end(), part.begin(), part.end());
  return octets;
}

inline Name name(std::string_view text) {
  return Name::parse(text).value();
}

inline Record record(std::string_view line) {
  return parse_record(line).value();
}

}  // namespace tributary::dns::testing
