#pragma once

#include <cstdint>

namespace tributary::cache {

/// Where in a message the records stand that only clients with DO get (RFC 3225 §3, RFC 4035 §3.2.1): those
/// of DNSSEC that were not asked for. They are the last of their sections, the authority section is the last
/// of the message, and no name that stays points behind the first of them. So they are left out by copying
/// what stands around them.
struct DnssecCuts {
  std::uint16_t answer_begin = 0;  ///< Offset of the first in the answer section,
  std::uint16_t answer_end = 0;    ///< and of the end of that section.
  std::uint16_t authority_begin = 0;
  std::uint16_t answer_records = 0, authority_records = 0;  ///< How many they are.

  bool empty() const { return answer_records == 0 && authority_records == 0; }
  friend bool operator==(const DnssecCuts&, const DnssecCuts&) = default;
};

}  // namespace tributary::cache
