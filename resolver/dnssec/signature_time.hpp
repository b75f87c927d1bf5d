#pragma once

#include <cstdint>

#include "resolver/dnssec/rdata.hpp"

namespace tributary::dnssec {

/// The wall clock as signatures are judged by it.
struct SignatureTime {
  std::int64_t now = 0;  ///< Seconds since 1970.
  /// False while the clock cannot be trusted: signatures are checked, dates are not.
  bool dates_count = true;

  enum class Finding { valid, expired, not_yet_valid };
  /// Compares in serial arithmetic (RFC 4034 §3.1.5), with a tolerance for skewed clocks of a tenth of the
  /// signature's life, at least 1 h and at most 24 h. One that expires before its inception has expired.
  Finding judge(const Rrsig& signature) const;
  /// Seconds until the signature expires, tolerance not counted; 0 if it has expired. 2³²−1 while dates do
  /// not count.
  std::uint32_t remaining(const Rrsig& signature) const;
};

}  // namespace tributary::dnssec
