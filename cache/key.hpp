#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "dns/record.hpp"

namespace tributary::cache {

/// What makes two queries the same question: lower-cased name, type, class, DO, CD, and the policy group that
/// answers. A small value without allocations; compared and hashed as octets.
class Key {
 public:
  Key(const dns::Question& question, bool dnssec_ok, bool checking_disabled, std::uint16_t group);

  std::string_view octets() const { return {octets_.data(), length_}; }

 private:
  std::array<char, dns::Name::max_length + 7> octets_;
  std::uint16_t length_ = 0;
};

}  // namespace tributary::cache
