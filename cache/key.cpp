#include "cache/key.hpp"

#include <algorithm>

namespace tributary::cache {

Key::Key(const dns::Question& question, bool dnssec_ok, bool checking_disabled, std::uint16_t group) {
  const auto put = [this](unsigned octet) { octets_[length_++] = static_cast<char>(octet); };
  const auto put_u16 = [&put](unsigned value) {
    put(value >> 8);
    put(value & 0xFF);
  };
  put_u16(static_cast<std::uint16_t>(question.type));
  put_u16(static_cast<std::uint16_t>(question.klass));
  put_u16(group);
  put((dnssec_ok ? 1u : 0u) | (checking_disabled ? 2u : 0u));
  const dns::Name name = question.name.lower_cased();
  for (const auto octet : name.wire()) put(octet);
}

}  // namespace tributary::cache
