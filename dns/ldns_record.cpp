#include "dns/ldns_record.hpp"

#include <span>
#include <vector>

#include "dns/octets.hpp"
#include "dns/rdata_layout.hpp"

namespace tributary::dns {

namespace {

constexpr std::uint32_t max_ttl = 0x7FFFFFFF;  // RFC 2181 §8
constexpr std::size_t max_rdata = 65535;

std::span<const std::uint8_t> octets_of(const ldns_rdf* field) {
  return {ldns_rdf_data(field), ldns_rdf_size(field)};
}

}  // namespace

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
    return tl::unexpected<std::string>("the data does not fit the type " + to_text(record.type));
  return record;
}

LdnsRecord to_ldns(const Record& record) {
  std::vector<std::uint8_t> wire(record.owner.wire().begin(), record.owner.wire().end());
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

std::string to_text(ldns_status status) {
  const char* text = ldns_get_errorstr_by_id(status);
  return text ? text : "unknown error";
}

}  // namespace tributary::dns
