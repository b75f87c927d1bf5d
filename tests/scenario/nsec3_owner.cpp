#include "tests/scenario/nsec3_owner.hpp"

#include <array>

namespace tributary::scenario {

dnssec::Nsec3Hash Nsec3Hasher::hash(const dns::Name& name) const {
  dnssec::ValidationBudget budget;
  return *dnssec::Nsec3Hashes(parameters_, budget).of(name);
}

dns::Name nsec3_owner(const dnssec::Nsec3Hash& hash, const dns::Name& zone) {
  std::array<std::uint8_t, 32> label;  // 160 bits, five a digit
  for (std::size_t digit = 0; digit < label.size(); ++digit) {
    unsigned value = 0;
    for (std::size_t bit = 5 * digit; bit < 5 * digit + 5; ++bit)
      value = value << 1 | (hash[bit / 8] >> (7 - bit % 8) & 1U);
    label[digit] = static_cast<std::uint8_t>("0123456789abcdefghijklmnopqrstuv"[value]);
  }
  return *zone.with_label(label);
}

}  // namespace tributary::scenario
