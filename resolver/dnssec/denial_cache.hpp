#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "base/locked.hpp"
#include "base/time.hpp"
#include "dns/record.hpp"
#include "resolver/dnssec/kept_denials.hpp"

namespace tributary::dnssec {

/// What signed zones have been proven not to have, kept to deny names and types that nobody has asked for yet
/// (RFC 8198). As a record denies all names in its gap, those below a denied name are denied too (RFC 8020).
///
/// Answers are made of negative proofs alone: that a wildcard would answer is not told (RFC 8198 §5.3).
///
/// Shared by all workers: thread-safe. Not for the fast path: a look-up waits for its shard, and may hash.
class DenialCache {
 public:
  /// Keeps about `most_octets`; what has not been of use for longest gives way.
  explicit DenialCache(std::size_t most_octets);

  /// Keeps `set`, an NSEC, NSEC3 or SOA set of `zone`, until `expires`; another set of its owner gives way to
  /// it. Requires: it is secure, signed by `zone`, with its signatures, and no wildcard expansion. `group`
  /// tells who answered (see cache::Key). Sets that never deny anything are left out: other types, NSEC3 with
  /// opt-out (RFC 8198 §5.2) or with too many iterations.
  void store(const dns::Name& zone, std::uint16_t group, const Rrset& set, Instant expires);

  /// NXDOMAIN or NODATA for a question that nobody need be asked: a message with the SOA and the sets that
  /// prove it, with signatures, and one TTL for all: the least of what their lives have left and the SOA's
  /// MINIMUM (RFC 8198 §5.4, RFC 9077). Without OPT and compression. A name in error by the compact form gets
  /// NOERROR, as its proof may be to a client that does not know that form (RFC 9824). Nothing if a proof is
  /// not at hand, or more hashes would be needed than `budget` has.
  std::optional<std::vector<std::uint8_t>> look_up(const dns::Question& question, std::uint16_t group,
                                                   Instant now, ValidationBudget& budget);

  /// Forgets everything.
  void clear();
  /// Roughly what it holds.
  std::size_t octets() const;

 private:
  static constexpr std::size_t shard_count = 16;

  Locked<KeptDenials>& shard_of(const dns::Name& zone);

  std::deque<Locked<KeptDenials>> shards_;  // each zone in one of them
};

}  // namespace tributary::dnssec
