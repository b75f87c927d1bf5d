#include "cache/key.hpp"

#include <algorithm>

#include "dns/octets.hpp"

namespace tributary::cache {

void Key::put_name(std::span<const std::uint8_t> name) {
  std::ranges::transform(name, octets_.begin(), dns::lower_case);  // lengths of labels lie below the letters
  length_ = static_cast<std::uint16_t>(name.size() + type_and_class + scope_size);
}

void Key::put_scope() {
  for (std::size_t i = 0; i < scope_size; ++i)
    octets_[length_ - 1 - i] = static_cast<std::uint8_t>(scope_ >> 8 * i);
}

Key::Key(const dns::Question& question, bool checking_disabled, std::uint16_t group)
    : scope_(scope_of(checking_disabled, group)) {
  put_name(question.name.wire());
  auto out = octets_.begin() + static_cast<std::ptrdiff_t>(question.name.wire().size());
  for (const auto value :
       {static_cast<std::uint16_t>(question.type), static_cast<std::uint16_t>(question.klass)}) {
    *out++ = static_cast<std::uint8_t>(value >> 8);
    *out++ = static_cast<std::uint8_t>(value);
  }
  put_scope();
}

Key::Key(std::span<const std::uint8_t> question_wire, bool checking_disabled, std::uint16_t group)
    : scope_(scope_of(checking_disabled, group)) {
  const auto name = question_wire.first(question_wire.size() - type_and_class);
  put_name(name);
  std::ranges::copy(question_wire.last(type_and_class),
                    octets_.begin() + static_cast<std::ptrdiff_t>(name.size()));
  put_scope();
}

}  // namespace tributary::cache
