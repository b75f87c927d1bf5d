#include "resolver/daemon/cache_flush.hpp"

#include <algorithm>

#include "dns/octets.hpp"

namespace tributary::resolver {
namespace {

constexpr std::size_t type_and_class = 4;

bool same_name(std::span<const std::uint8_t> lower_case, std::span<const std::uint8_t> name) {
  return std::ranges::equal(lower_case, name, {}, {}, dns::lower_case);
}

/// `name` (wire format, not compressed) or one of its ancestors is `ancestor`.
bool is_within(std::span<const std::uint8_t> name, std::span<const std::uint8_t> ancestor) {
  while (name.size() > ancestor.size()) name = name.subspan(name.front() + std::size_t{1});
  return same_name(name, ancestor);
}

}  // namespace

bool concerns(const FlushRequest& flush, std::span<const std::uint8_t> question) {
  const auto name = question.first(question.size() - type_and_class);
  if (flush.type && dns::read_u16(question, name.size()) != static_cast<std::uint16_t>(*flush.type))
    return false;
  return flush.subtree ? is_within(name, flush.name.wire()) : same_name(name, flush.name.wire());
}

}  // namespace tributary::resolver
