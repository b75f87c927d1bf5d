#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>

#include "dns/name.hpp"
#include "dns/types.hpp"

namespace tributary::dnssec {

using Octets = std::span<const std::uint8_t>;

/// The types in an NSEC or NSEC3 (RFC 4034 §4.1.2): a checked window on a bitmap in wire format.
class TypeBitmap {
 public:
  TypeBitmap() = default;
  /// Windows in order, each 1 to 32 octets long; nothing otherwise.
  static std::optional<TypeBitmap> read(Octets wire);
  bool contains(dns::Type type) const;
  bool contains_other_than(std::initializer_list<dns::Type> types) const;
  bool empty() const { return wire_.empty(); }

 private:
  explicit TypeBitmap(Octets wire) : wire_(wire) {}
  Octets wire_;
};

// Windows on uncompressed RDATA, which must stay. `read` gives nothing if the RDATA is not of that type's
// form, whatever octets it is given.

/// RFC 4034 §4.
struct Nsec {
  dns::Name next;
  TypeBitmap types;

  static std::optional<Nsec> read(Octets rdata);
};

/// RFC 5155 §3.
struct Nsec3 {
  static constexpr std::uint8_t sha1 = 1, opt_out_flag = 0x01;

  std::uint8_t hash_algorithm = 0;
  std::uint8_t flags = 0;
  std::uint16_t iterations = 0;
  Octets salt;
  Octets next_hash;  ///< Not the owner's text form: the octets.
  TypeBitmap types;

  static std::optional<Nsec3> read(Octets rdata);
  bool opt_out() const { return (flags & opt_out_flag) != 0; }
};

}  // namespace tributary::dnssec
