#include "resolver/dnssec/learn_denials.hpp"

#include "resolver/dnssec/signature_check.hpp"

namespace tributary::dnssec {
void learn_denials(const cache::Answer& answer, std::uint16_t group, DenialCache& denials) {
  if (answer.cuts().authority_records == 0) return;
  const auto message = dns::MessageView::parse(answer.message());
  const auto sets = message ? read_rrsets(*message, dns::Section::authority) : std::nullopt;
  if (!sets) return;
  for (const auto& set : *sets) {
    const auto zone = signer_of(set);
    if (zone && stands_for_itself(set))
      denials.store(*zone, group, set, answer.stored() + std::chrono::seconds(set.ttl));
  }
}

}  // namespace tributary::dnssec
