#include "resolver/dnssec/chain_trace.hpp"

#include <algorithm>

#include "resolver/explain/trace.hpp"

namespace tributary::dnssec {
namespace {

std::string_view status_of(const Reason& reason) {
  const bool blames =
      reason.code >= dns::ExtendedError::dnssec_bogus && reason.code <= dns::ExtendedError::nsec_missing;
  return blames ? "bogus" : "indeterminate";
}

/// Zones alone are links: other names that were asked for on the way are not.
bool is_link(Delegation::Kind kind) {
  return kind != Delegation::Kind::not_a_cut && kind != Delegation::Kind::no_such_name;
}

/// Of the keys that a DS names, one has signed the set: if there is one only, that.
std::optional<std::uint16_t> only_signer(const explain::Link& link) {
  std::optional<std::uint16_t> signer;
  for (const auto& key : link.keys) {
    const bool named = std::ranges::any_of(link.ds, [&](const explain::KeyName& ds) {
      return ds.tag == key.tag && ds.algorithm == key.algorithm;
    });
    if (!named) continue;
    if (signer) return std::nullopt;
    signer = key.tag;
  }
  return signer;
}

}  // namespace

Delegation tell(const Effort& effort, const dns::Name& zone, Delegation found) {
  if (!effort.trace || !is_link(found.kind)) return found;
  auto& link = effort.trace->link(zone);
  if (found.kind == Delegation::Kind::secure && link.ds.empty()) {
    for (const auto& ds : read_ds(found.ds))
      link.ds.push_back({ds.key_tag, static_cast<std::uint8_t>(ds.algorithm)});
  } else if (found.kind != Delegation::Kind::secure) {
    link.status = found.kind == Delegation::Kind::insecure ? "insecure" : status_of(found.reason);
    link.why = found.reason.text;
  }
  if (!link.signed_by) link.signed_by = only_signer(link);
  return found;
}

KeyStanding tell(const Effort& effort, const dns::Name& zone, KeyStanding found) {
  if (!effort.trace || found.kind == KeyStanding::Kind::no_zone) return found;
  auto& link = effort.trace->link(zone);
  if (found.kind == KeyStanding::Kind::unknown) {
    link.status = status_of(found.reason);
    link.why = found.reason.text;
  } else if (found.kind == KeyStanding::Kind::secure && link.keys.empty()) {
    for (const auto& key : found.keys->keys)
      link.keys.push_back({key.tag(), static_cast<std::uint8_t>(key.algorithm()), key.is_entry_point()});
  }
  if (!link.signed_by) link.signed_by = only_signer(link);
  return found;
}

void tell_signed_keys(const Effort& effort, const dns::Name& zone, std::uint16_t key_tag) {
  if (effort.trace) effort.trace->link(zone).signed_by = key_tag;
}

void tell_signed_set(const Effort& effort, const Rrset& set, const dns::Name& zone, std::uint16_t key_tag) {
  if (effort.trace && effort.cause == nullptr)
    effort.trace->good_signature({set.owner, set.type, zone, key_tag});
}

}  // namespace tributary::dnssec
