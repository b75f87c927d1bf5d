#include "bench/simulate/names.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tributary::simulate {
namespace {

constexpr unsigned domains = 1000;
constexpr double share_of_weak_zone = 0.05, share_missing = 0.05, share_cold = 0.02;
constexpr Duration cold_recursion = std::chrono::milliseconds(80);
constexpr double cold_spread = 0.5;

/// FNV-1a.
std::uint64_t hash(std::span<const std::uint8_t> octets) {
  std::uint64_t sum = 0xCBF29CE484222325;
  for (const auto octet : octets) sum = (sum ^ octet) * 0x100000001B3;
  return sum;
}

bool lies_in_weak_zone(const dns::Name& name) {
  static const auto weak_zone = dns::Name::parse("d0.example.").value();
  return name.is_within(weak_zone);
}

}  // namespace

dns::Question Names::next(Chance& traffic) {
  const auto domain =
      traffic.happens(share_of_weak_zone) ? 0 : 1 + static_cast<unsigned>(traffic.next() % (domains - 1));
  return {dns::Name::parse(fmt::format("h{}.d{}.example.", asked_++, domain)).value(), dns::Type::A,
          dns::Class::IN};
}

NameFacts Names::facts(const dns::Name& name) const {
  NameFacts out;
  if (name.is_root()) return out;
  Chance chance(seed_ ^ hash(name.wire()));
  out.exists = !chance.happens(share_missing);
  if (chance.happens(share_cold)) out.recursion = chance.log_normal(cold_recursion, cold_spread);
  out.in_weak_zone = lies_in_weak_zone(name);
  out.weak_zone_silent = chance.happens(0.5);
  return out;
}

}  // namespace tributary::simulate
