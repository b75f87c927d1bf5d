#include "resolver/dnssec/canonical.hpp"

#include <algorithm>

#include "dns/octets.hpp"
#include "dns/rdata_layout.hpp"

namespace tributary::dnssec {

namespace {

using dns::RdataField;

/// The types whose names become small are those whose names may be compressed: RFC 4034 §6.2 without NSEC,
/// HINFO and RRSIG (RFC 6840 §5.1; an RRSIG is never signed). A6, long dead (RFC 6563), has no layout.
bool becomes_small(const RdataField& field) {
  return field.kind == RdataField::Kind::compressed_name || field.kind == RdataField::Kind::read_only_name;
}

/// RDATA that is not of its type's form stays as it is from where it goes wrong.
void lower_names(std::span<const RdataField> layout, std::vector<std::uint8_t>& rdata) {
  std::size_t offset = 0;
  for (const RdataField& field : layout) {
    const auto end = dns::field_end(field, rdata, offset);
    if (!end) return;
    const auto at = [&](std::size_t index) { return rdata.begin() + static_cast<std::ptrdiff_t>(index); };
    if (becomes_small(field)) std::transform(at(offset), at(*end), at(offset), dns::lower_case);
    offset = *end;
  }
}

void append(std::vector<std::uint8_t>& out, Octets octets) {
  out.insert(out.end(), octets.begin(), octets.end());
}

/// The RRSIG's RDATA without the signature, the signer's name in small letters.
void append_signed_part(std::vector<std::uint8_t>& out, const Rrsig& signature) {
  const auto signer = signature.signer.lower_cased();
  append(out, signature.signed_part.first(signature.signed_part.size() - signer.wire().size()));
  append(out, signer.wire());
}

}  // namespace

std::size_t signed_label_count(const dns::Name& owner) {
  return owner.label_count() - (owner.is_wildcard() ? 1 : 0);
}

dns::Name signed_owner(const dns::Name& owner, std::size_t labels) {
  if (labels == signed_label_count(owner)) return owner.lower_cased();
  constexpr std::uint8_t asterisk = '*';
  // It fits: what it replaces is a label at least, and none is shorter.
  return owner.suffix(labels).lower_cased().with_label({&asterisk, 1}).value();
}

CanonicalRrset::CanonicalRrset(const Rrset& set) : set_(set) {
  const auto layout = dns::rdata_layout(set.type);
  if (std::ranges::any_of(layout, becomes_small)) {
    with_names_ = set.rdata;
    for (auto& rdata : with_names_) lower_names(layout, rdata);
  }
  const auto& all = with_names_.empty() ? set.rdata : with_names_;
  rdata_.assign(all.begin(), all.end());
  std::ranges::sort(rdata_, [](Octets a, Octets b) { return std::ranges::lexicographical_compare(a, b); });
  const auto rest = std::ranges::unique(rdata_, [](Octets a, Octets b) { return std::ranges::equal(a, b); });
  rdata_.erase(rest.begin(), rest.end());
}

std::vector<std::uint8_t> CanonicalRrset::octets_under(const Rrsig& signature) const {
  const auto owner = signed_owner(set_.owner, signature.labels);
  constexpr std::size_t record_fixed = 10;
  std::size_t size = signature.signed_part.size();
  for (const Octets rdata : rdata_) size += owner.wire().size() + record_fixed + rdata.size();

  std::vector<std::uint8_t> out;
  out.reserve(size);
  append_signed_part(out, signature);
  for (const Octets rdata : rdata_) {
    append(out, owner.wire());
    dns::append_u16(out, static_cast<std::uint16_t>(set_.type));
    dns::append_u16(out, static_cast<std::uint16_t>(dns::Class::IN));
    dns::append_u32(out, signature.original_ttl);
    dns::append_u16(out, static_cast<std::uint16_t>(rdata.size()));
    append(out, rdata);
  }
  return out;
}

}  // namespace tributary::dnssec
