#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "dns/record.hpp"

namespace tributary::cache {

/// What makes two queries the same question: lower-cased name, type, class, CD, and the policy group that
/// answers. (DO does not: one stored message serves both kinds of clients.) A small value without
/// allocations; compared and hashed as octets.
class Key {
 public:
  Key(const dns::Question& question, bool checking_disabled, std::uint16_t group);
  /// The same from a question section. Requires: QNAME (not compressed), QTYPE, QCLASS, nothing else.
  Key(std::span<const std::uint8_t> question_wire, bool checking_disabled, std::uint16_t group);

  std::string_view octets() const { return {reinterpret_cast<const char*>(octets_.data()), length_}; }
  /// The question section with the name in small letters.
  std::span<const std::uint8_t> question() const { return {octets_.data(), length_ - scope_size}; }
  /// Everything else: group, CD.
  std::uint32_t scope() const { return scope_; }

  static constexpr std::uint32_t scope_of(bool checking_disabled, std::uint16_t group) {
    return std::uint32_t{group} << 1 | (checking_disabled ? 1u : 0u);
  }

 private:
  static constexpr std::size_t type_and_class = 4, scope_size = 3;

  std::array<std::uint8_t, dns::Name::max_length + type_and_class + scope_size> octets_;
  std::uint16_t length_;
  std::uint32_t scope_;

  void put_name(std::span<const std::uint8_t> name);
  void put_scope();
};

}  // namespace tributary::cache
