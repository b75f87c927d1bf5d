#include "resolver/dnssec/learn_denials.hpp"

#include <algorithm>

#include "resolver/dnssec/rdata.hpp"

namespace tributary::dnssec {
namespace {

/// The zone that signed a set which is secure: nothing if the set was made from a wildcard (RFC 4034 §3.1.3).
std::optional<dns::Name> zone_of(const Rrset& set) {
  const auto labels = set.owner.label_count() - (set.owner.is_wildcard() ? 1 : 0);
  for (const auto& rdata : set.signatures) {
    const auto signature = Rrsig::read(rdata);
    if (signature && signature->labels == labels && set.owner.is_within(signature->signer))
      return signature->signer;
  }
  return std::nullopt;
}

}  // namespace

void learn_denials(const cache::Answer& answer, std::uint16_t group, DenialCache& denials) {
  if (answer.cuts().authority_records == 0) return;
  const auto message = dns::MessageView::parse(answer.message());
  const auto sets = message ? read_rrsets(*message, dns::Section::authority) : std::nullopt;
  if (!sets) return;
  for (const auto& set : *sets) {
    const auto zone = zone_of(set);
    if (zone) denials.store(*zone, group, set, answer.stored() + std::chrono::seconds(set.ttl));
  }
}

}  // namespace tributary::dnssec
