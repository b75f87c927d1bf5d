#include "dns/record.hpp"

#include <algorithm>
#include <array>

#include "dns/octets.hpp"
#include "dns/presentation.hpp"
#include "dns/rdata_layout.hpp"

namespace tributary::dns {

std::string to_text(const Record& record) {
  return record.owner.to_text() + ' ' + std::to_string(record.ttl) + ' ' + to_text(record.klass) + ' ' +
         to_text(record.type) + ' ' + rdata_text(record);
}

tl::expected<Record, std::string> parse_record(std::string_view line) {
  return read_presentation(line, Name());
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
