#include "dns/rdata_layout.hpp"

#include <array>

#include "dns/name.hpp"

namespace tributary::dns {

namespace {

using Kind = RdataField::Kind;

constexpr RdataField octets(std::uint8_t size) {
  return {Kind::octets, size};
}
constexpr RdataField text{Kind::text};
constexpr RdataField rest{Kind::rest};
constexpr RdataField compressed_name{Kind::compressed_name};
constexpr RdataField read_only_name{Kind::read_only_name};
constexpr RdataField plain_name{Kind::plain_name};

constexpr std::array unknown{rest};
constexpr std::array address{octets(4)};
constexpr std::array address_v6{octets(16)};
constexpr std::array one_name{compressed_name};
constexpr std::array two_names{compressed_name, compressed_name};
constexpr std::array soa{compressed_name, compressed_name, octets(20)};
constexpr std::array mx{octets(2), compressed_name};
constexpr std::array host_information{text, text};
constexpr std::array responsible_person{read_only_name, read_only_name};
constexpr std::array preference_and_name{octets(2), read_only_name};
constexpr std::array sig{octets(18), read_only_name, rest};
constexpr std::array px{octets(2), read_only_name, read_only_name};
constexpr std::array nxt{read_only_name, rest};
constexpr std::array srv{octets(6), read_only_name};
constexpr std::array naptr{octets(4), text, text, text, read_only_name};
constexpr std::array dname{read_only_name};
constexpr std::array rrsig{octets(18), plain_name, rest};  // RFC 4034 §3.1.7
constexpr std::array nsec{plain_name, rest};               // RFC 4034 §4.1.1
constexpr std::array svcb{octets(2), plain_name, rest};    // RFC 9460 §2.2

/// The octets of `field` at the start of uncompressed `rdata`; nothing if they are not all there.
std::optional<std::size_t> field_length(const RdataField& field, std::span<const std::uint8_t> rdata) {
  std::size_t length = 0;
  switch (field.kind) {
    case Kind::octets:
      length = field.size;
      break;
    case Kind::text:
      length = rdata.empty() ? 1 : std::size_t{1} + rdata[0];
      break;
    case Kind::rest:
      length = rdata.size();
      break;
    default: {
      const auto name = Name::from_start_of(rdata);
      if (!name) return {};
      length = name->wire().size();
    }
  }
  if (length > rdata.size()) return {};
  return length;
}

void append(std::vector<std::uint8_t>& out, std::span<const std::uint8_t> octets) {
  out.insert(out.end(), octets.begin(), octets.end());
}

}  // namespace

std::span<const RdataField> rdata_layout(Type type) {
  switch (type) {
    case Type::A:
      return address;
    case Type::AAAA:
      return address_v6;
    case Type::NS:
    case Type::MD:
    case Type::MF:
    case Type::CNAME:
    case Type::MB:
    case Type::MG:
    case Type::MR:
    case Type::PTR:
      return one_name;
    case Type::SOA:
      return soa;
    case Type::HINFO:
      return host_information;
    case Type::MINFO:
      return two_names;
    case Type::MX:
      return mx;
    case Type::RP:
      return responsible_person;
    case Type::AFSDB:
    case Type::RT:
    case Type::KX:
      return preference_and_name;
    case Type::SIG:
      return sig;
    case Type::PX:
      return px;
    case Type::NXT:
      return nxt;
    case Type::SRV:
      return srv;
    case Type::NAPTR:
      return naptr;
    case Type::DNAME:
      return dname;
    case Type::RRSIG:
      return rrsig;
    case Type::NSEC:
      return nsec;
    case Type::SVCB:
    case Type::HTTPS:
      return svcb;
    default:
      return unknown;
  }
}

std::optional<std::size_t> field_end(const RdataField& field, std::span<const std::uint8_t> message,
                                     std::size_t offset) {
  if (field.kind == Kind::compressed_name || field.kind == Kind::read_only_name)
    return Name::end_in_message(message, offset);
  const auto length = field_length(field, message.subspan(offset));
  if (!length) return {};
  return offset + *length;
}

bool append_uncompressed_rdata(std::span<const std::uint8_t> message, std::size_t offset, std::size_t length,
                               Type type, std::vector<std::uint8_t>& out) {
  const std::size_t end = offset + length;
  const auto visible = message.first(end);
  for (const RdataField& field : rdata_layout(type)) {
    const auto next = field_end(field, visible, offset);
    if (!next) return false;
    if (field.kind == Kind::compressed_name || field.kind == Kind::read_only_name)
      append(out, Name::from_message(visible, offset)->wire());
    else
      append(out, visible.subspan(offset, *next - offset));
    offset = *next;
  }
  return offset == end;
}

bool is_valid_rdata(Type type, std::span<const std::uint8_t> message, std::size_t offset,
                    std::size_t length) {
  const std::size_t end = offset + length;
  for (const RdataField& field : rdata_layout(type)) {
    const auto next = field_end(field, message.first(end), offset);
    if (!next) return false;
    offset = *next;
  }
  return offset == end;
}

bool is_valid_rdata(Type type, std::span<const std::uint8_t> rdata) {
  for (const RdataField& field : rdata_layout(type)) {
    const auto length = field_length(field, rdata);
    if (!length) return false;
    rdata = rdata.subspan(*length);
  }
  return rdata.empty();
}

}  // namespace tributary::dns
