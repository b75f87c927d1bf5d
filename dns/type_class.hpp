#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "dns/types.hpp"

namespace tributary::dns {

/// What a message asks for, as far as statistics tell it apart: of the 65,536 types those that clients
/// usually ask for.
enum class TypeClass : std::uint8_t {
  none,  ///< Nothing: it has no question that could be read.
  A,
  NS,
  CNAME,
  SOA,
  PTR,
  MX,
  TXT,
  AAAA,
  SRV,
  DS,
  DNSKEY,
  SVCB,
  HTTPS,
  ANY,
  other,
};
inline constexpr std::size_t type_classes = static_cast<std::size_t>(TypeClass::other) + 1;

/// For each query: without a call.
inline TypeClass class_of(Type type) {
  static constexpr auto classes = [] {
    std::array<TypeClass, 256> out;
    out.fill(TypeClass::other);
    const auto tell_apart = [&out](Type each, TypeClass as) { out[static_cast<std::size_t>(each)] = as; };
    tell_apart(Type::A, TypeClass::A);
    tell_apart(Type::NS, TypeClass::NS);
    tell_apart(Type::CNAME, TypeClass::CNAME);
    tell_apart(Type::SOA, TypeClass::SOA);
    tell_apart(Type::PTR, TypeClass::PTR);
    tell_apart(Type::MX, TypeClass::MX);
    tell_apart(Type::TXT, TypeClass::TXT);
    tell_apart(Type::AAAA, TypeClass::AAAA);
    tell_apart(Type::SRV, TypeClass::SRV);
    tell_apart(Type::DS, TypeClass::DS);
    tell_apart(Type::DNSKEY, TypeClass::DNSKEY);
    tell_apart(Type::SVCB, TypeClass::SVCB);
    tell_apart(Type::HTTPS, TypeClass::HTTPS);
    tell_apart(Type::ANY, TypeClass::ANY);
    return out;
  }();
  const auto number = static_cast<std::size_t>(type);
  return number < classes.size() ? classes[number] : TypeClass::other;
}
/// A word for metrics: "A", "other".
const char* to_text(TypeClass type);

}  // namespace tributary::dns
