#include "resolver/dnssec/signature_time.hpp"

#include <algorithm>
#include <limits>

namespace tributary::dnssec {

namespace {

constexpr std::int64_t hour = 3600, day = 24 * hour;

/// How many seconds `a` is later than `b`, the nearer way round (RFC 1982).
std::int64_t later_by(std::uint32_t a, std::uint32_t b) {
  return static_cast<std::int32_t>(a - b);
}

}  // namespace

SignatureTime::Finding SignatureTime::judge(const Rrsig& signature) const {
  if (!dates_count) return Finding::valid;
  const auto today = static_cast<std::uint32_t>(now);
  const auto life = later_by(signature.expiration, signature.inception);
  const auto tolerance = std::clamp(life / 10, hour, day);
  if (life < 0 || later_by(today, signature.expiration) > tolerance) return Finding::expired;
  return later_by(signature.inception, today) > tolerance ? Finding::not_yet_valid : Finding::valid;
}

std::uint32_t SignatureTime::remaining(const Rrsig& signature) const {
  if (!dates_count) return std::numeric_limits<std::uint32_t>::max();
  const auto left = later_by(signature.expiration, static_cast<std::uint32_t>(now));
  return static_cast<std::uint32_t>(std::max<std::int64_t>(left, 0));
}

}  // namespace tributary::dnssec
