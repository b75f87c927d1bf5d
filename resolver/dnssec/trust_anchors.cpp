#include "resolver/dnssec/trust_anchors.hpp"

#include "resolver/dnssec/public_key.hpp"

namespace tributary::dnssec {

TrustAnchors::TrustAnchors(const std::vector<dns::Record>& records, const std::vector<dns::Name>& negative)
    : negative_(negative.begin(), negative.end()) {
  for (const auto& record : records) {
    auto& anchor = anchors_[record.owner];
    anchor.push_back(record.type == dns::Type::DNSKEY ? ds_of(record.owner, record.rdata) : record.rdata);
  }
}

const TrustAnchors::DsSet* TrustAnchors::at(const dns::Name& zone) const {
  const auto found = anchors_.find(zone);
  return found == anchors_.end() ? nullptr : &found->second;
}

std::optional<dns::Name> TrustAnchors::enclosing(const dns::Name& name) const {
  for (auto labels = name.label_count() + 1; labels-- > 0;) {
    const auto zone = name.suffix(labels);
    if (anchors_.contains(zone)) return zone;
    if (negative_.contains(zone)) return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace tributary::dnssec
