#include "dns/record.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "dns/ldns_record.hpp"
#include "dns/octets.hpp"
#include "dns/rdata_layout.hpp"

namespace tributary::dns {

namespace {

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

std::string rdata_text(const Record& record) {
  if (record.rdata.empty() || !is_valid_rdata(record.type, record.rdata)) return generic_rdata(record.rdata);
  return rdata_by_ldns(record).value_or(generic_rdata(record.rdata));
}

}  // namespace

std::string to_text(const Record& record) {
  return record.owner.to_text() + ' ' + std::to_string(record.ttl) + ' ' + to_text(record.klass) + ' ' +
         to_text(record.type) + ' ' + rdata_text(record);
}

tl::expected<Record, std::string> parse_record(std::string_view line) {
  const std::string terminated(line);
  if (terminated.find('\0') != std::string::npos)
    return tl::unexpected<std::string>("the line contains a NUL octet");
  ldns_rr* read = nullptr;
  const ldns_status status = ldns_rr_new_frm_str(&read, terminated.c_str(), 0, nullptr, nullptr);
  const LdnsRecord owner(read);
  if (status != LDNS_STATUS_OK) return tl::unexpected(to_text(status));
  return from_ldns(*owner);
}

std::optional<Name> target_of(const Record& record) {
  constexpr std::array types{Type::CNAME, Type::DNAME, Type::NS, Type::PTR};
  if (std::ranges::find(types, record.type) == types.end()) return {};
  return Name::from_wire(record.rdata);
}

std::optional<std::uint32_t> negative_ttl(const Record& soa) {
  if (soa.type != Type::SOA || !is_valid_rdata(soa.type, soa.rdata)) return {};
  return std::min(soa.ttl, read_u32(soa.rdata, soa.rdata.size() - 4));
}

std::optional<Type> covered_type(const Record& rrsig) {
  if (rrsig.type != Type::RRSIG || !is_valid_rdata(rrsig.type, rrsig.rdata)) return {};
  return Type{read_u16(rrsig.rdata, 0)};
}

}  // namespace tributary::dns
