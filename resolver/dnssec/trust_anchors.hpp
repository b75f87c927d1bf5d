#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <tl/expected.hpp>

#include "dns/record.hpp"

namespace tributary::dnssec {

/// Where chains of trust begin, and where they are not looked for. Immutable once built; any thread may read.
class TrustAnchors {
 public:
  /// RDATA of DS records.
  using DsSet = std::vector<std::vector<std::uint8_t>>;

  /// `records` are of types DS and DNSKEY (which become DS with a SHA-256 digest); names at or below one of
  /// `negative` are insecure (RFC 7646), unless a trust anchor lies between.
  TrustAnchors(const std::vector<dns::Record>& records, const std::vector<dns::Name>& negative);

  /// The anchor at `zone`, or null.
  const DsSet* at(const dns::Name& zone) const;
  /// The zone of the closest anchor at or above `name`: nothing if there is none, or a negative one is
  /// closer.
  std::optional<dns::Name> enclosing(const dns::Name& name) const;

 private:
  std::unordered_map<dns::Name, DsSet, dns::NameHash> anchors_;
  std::unordered_set<dns::Name, dns::NameHash> negative_;
};

}  // namespace tributary::dnssec
