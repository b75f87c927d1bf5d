#include "resolver/dnssec/denial_rdata.hpp"

#include <algorithm>
#include <bit>

#include "dns/octets.hpp"

namespace tributary::dnssec {

namespace {

/// One window of a bitmap: its number, its length, and as many octets of bits, the highest bit first.
constexpr std::size_t window_header = 2, longest_window = 32;

/// Takes the first `size` octets off `octets`; nothing if there are fewer.
std::optional<Octets> take(Octets& octets, std::size_t size) {
  if (octets.size() < size) return {};
  const Octets taken = octets.first(size);
  octets = octets.subspan(size);
  return taken;
}

/// The same for what one octet tells the length of.
std::optional<Octets> take_counted(Octets& octets) {
  const auto length = take(octets, 1);
  return length ? take(octets, length->front()) : std::nullopt;
}

}  // namespace

std::optional<TypeBitmap> TypeBitmap::read(Octets wire) {
  Octets rest = wire;
  for (int previous = -1; !rest.empty();) {
    const int number = rest.front();
    rest = rest.subspan(1);
    const auto bits = take_counted(rest);
    if (!bits || bits->empty() || bits->size() > longest_window || number <= previous) return {};
    previous = number;
  }
  return TypeBitmap(wire);
}

bool TypeBitmap::contains(dns::Type type) const {
  const auto value = static_cast<std::uint16_t>(type);
  for (Octets rest = wire_; !rest.empty(); rest = rest.subspan(window_header + rest[1])) {
    if (rest[0] != value >> 8) continue;
    const std::size_t octet = (value & 0xFF) / 8;
    return octet < rest[1] && (rest[window_header + octet] & 0x80 >> value % 8) != 0;
  }
  return false;
}

bool TypeBitmap::contains_other_than(std::initializer_list<dns::Type> types) const {
  const auto listed = std::ranges::count_if(types, [&](dns::Type type) { return contains(type); });
  std::ptrdiff_t all = 0;
  for (Octets rest = wire_; !rest.empty(); rest = rest.subspan(window_header + rest[1]))
    for (const std::uint8_t bits : rest.subspan(window_header, rest[1])) all += std::popcount(bits);
  return all > listed;
}

std::optional<Nsec> Nsec::read(Octets rdata) {
  const auto next = dns::Name::from_start_of(rdata);
  if (!next) return {};
  const auto types = TypeBitmap::read(rdata.subspan(next->wire().size()));
  if (!types) return {};
  return Nsec{*next, *types};
}

std::optional<Nsec3> Nsec3::read(Octets rdata) {
  const auto fixed = take(rdata, 4);
  if (!fixed) return {};
  const auto salt = take_counted(rdata);
  if (!salt) return {};
  const auto next_hash = take_counted(rdata);
  if (!next_hash || next_hash->empty()) return {};
  const auto types = TypeBitmap::read(rdata);
  if (!types) return {};
  return Nsec3{(*fixed)[0], (*fixed)[1], dns::read_u16(*fixed, 2), *salt, *next_hash, *types};
}

}  // namespace tributary::dnssec
