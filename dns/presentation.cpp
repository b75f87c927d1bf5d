#include "dns/presentation.hpp"

#include <ldns/ldns.h>

#include <cstdlib>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "dns/octets.hpp"
#include "dns/rdata_layout.hpp"

namespace tributary::dns {

namespace {

constexpr std::uint32_t max_ttl = 0x7FFFFFFF;  // RFC 2181 §8
constexpr std::size_t max_rdata = 65535;

struct LdnsFree {
  void operator()(ldns_rr* record) const { ldns_rr_free(record); }
  void operator()(ldns_rdf* field) const { ldns_rdf_deep_free(field); }
  void operator()(char* text) const { std::free(text); }
};

using LdnsRecord = std::unique_ptr<ldns_rr, LdnsFree>;
using LdnsField = std::unique_ptr<ldns_rdf, LdnsFree>;
using LdnsText = std::unique_ptr<char, LdnsFree>;

std::span<const std::uint8_t> octets_of(const ldns_rdf* field) {
  return {ldns_rdf_data(field), ldns_rdf_size(field)};
}

tl::expected<Record, std::string> from_ldns(const ldns_rr& source) {
  const auto owner = Name::from_wire(octets_of(ldns_rr_owner(&source)));
  if (!owner) return tl::unexpected<std::string>("the owner is not a valid name");
  Record record{*owner,
                static_cast<Type>(ldns_rr_get_type(&source)),
                static_cast<Class>(ldns_rr_get_class(&source)),
                ldns_rr_ttl(&source),
                {}};
  if (record.ttl > max_ttl) return tl::unexpected<std::string>("the TTL exceeds 2147483647");
  for (std::size_t i = 0; i < ldns_rr_rd_count(&source); ++i) {
    const auto field = octets_of(ldns_rr_rdf(&source, i));
    record.rdata.insert(record.rdata.end(), field.begin(), field.end());
  }
  if (record.rdata.size() > max_rdata || !is_valid_rdata(record.type, record.rdata))
    return tl::unexpected("the data does not fit the type " + to_text(record.type));
  return record;
}

/// Nothing if ldns cannot read the RDATA.
LdnsRecord to_ldns(const Record& record) {
  std::vector<std::uint8_t> wire{0};  // the root will do as owner
  append_u16(wire, static_cast<std::uint16_t>(record.type));
  append_u16(wire, static_cast<std::uint16_t>(record.klass));
  append_u32(wire, record.ttl);
  append_u16(wire, static_cast<std::uint16_t>(record.rdata.size()));
  wire.insert(wire.end(), record.rdata.begin(), record.rdata.end());
  ldns_rr* read = nullptr;
  std::size_t position = 0;
  if (ldns_wire2rr(&read, wire.data(), wire.size(), &position, LDNS_SECTION_ANSWER) != LDNS_STATUS_OK)
    return {};
  return LdnsRecord(read);
}

/// ldns writes "owner TAB ttl TAB class TAB type TAB rdata"; nothing if it cannot write this record.
std::optional<std::string> rdata_by_ldns(const Record& record) {
  const LdnsRecord converted = to_ldns(record);
  if (!converted) return {};
  const LdnsText line(ldns_rr2str_fmt(ldns_output_format_nocomments, converted.get()));
  if (!line) return {};
  std::string_view rest = line.get();
  for (int field = 0; field < 4; ++field) {
    const auto tab = rest.find('\t');
    if (tab == std::string_view::npos) return {};
    rest.remove_prefix(tab + 1);
  }
  while (rest.ends_with('\n') || rest.ends_with(' ')) rest.remove_suffix(1);
  return std::string(rest);
}

/// RFC 3597 §5: "\# 4 C0000201".
std::string generic_rdata(std::span<const std::uint8_t> rdata) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string text = "\\# " + std::to_string(rdata.size());
  if (!rdata.empty()) text += ' ';
  for (const std::uint8_t octet : rdata) {
    text += digits[octet >> 4];
    text += digits[octet & 0xF];
  }
  return text;
}

}  // namespace

tl::expected<Record, std::string> read_presentation(std::string_view line, const Name& origin) {
  const std::string terminated(line);
  if (terminated.find('\0') != std::string::npos)
    return tl::unexpected<std::string>("the line contains a NUL octet");
  const LdnsField suffix(
      ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME, origin.wire().size(), origin.wire().data()));
  ldns_rr* read = nullptr;
  const ldns_status status = ldns_rr_new_frm_str(&read, terminated.c_str(), 0, suffix.get(), nullptr);
  const LdnsRecord record(read);
  if (status != LDNS_STATUS_OK) return tl::unexpected<std::string>(ldns_get_errorstr_by_id(status));
  return from_ldns(*record);
}

std::string rdata_text(const Record& record) {
  if (record.rdata.empty() || !is_valid_rdata(record.type, record.rdata)) return generic_rdata(record.rdata);
  return rdata_by_ldns(record).value_or(generic_rdata(record.rdata));
}

}  // namespace tributary::dns
