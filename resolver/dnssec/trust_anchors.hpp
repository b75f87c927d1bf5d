#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <tl/expected.hpp>

#include "base/locked.hpp"
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

/// The anchors that count now: others when a key has been replaced (RFC 5011). Thread-safe.
class CurrentAnchors {
 public:
  explicit CurrentAnchors(TrustAnchors anchors) { replace(std::move(anchors)); }

  /// Never null.
  std::shared_ptr<const TrustAnchors> get() const {
    return anchors_.with([](const auto& anchors) { return anchors; });
  }
  void replace(TrustAnchors anchors) {
    auto next = std::make_shared<const TrustAnchors>(std::move(anchors));
    anchors_.with([&](auto& now) { now.swap(next); });
  }

 private:
  Locked<std::shared_ptr<const TrustAnchors>> anchors_;
};

}  // namespace tributary::dnssec
