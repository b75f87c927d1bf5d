#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "dns/types.hpp"

namespace tributary::dns {

/// One piece of RDATA.
struct RdataField {
  enum class Kind : std::uint8_t {
    octets,           ///< `size` octets.
    text,             ///< A character-string: a length octet, and as many octets.
    rest,             ///< Whatever is left, perhaps nothing.
    compressed_name,  ///< A name of RFC 1035: written compressed and read so.
    read_only_name,   ///< A name that some senders compress: read so, never written so (RFC 3597 §4).
    plain_name,       ///< A name that is never compressed.
  };

  Kind kind;
  std::uint8_t size = 0;
};

/// The fields of a type's RDATA in their order; `rest` alone for a type that needs no look inside.
std::span<const RdataField> rdata_layout(Type type);

/// Appends `length` octets of RDATA at `offset` of `message` to `out`, names uncompressed. False if the
/// fields of `type` do not fill the RDATA exactly. Requires: offset + length <= message.size().
bool append_uncompressed_rdata(std::span<const std::uint8_t> message, std::size_t offset, std::size_t length,
                               Type type, std::vector<std::uint8_t>& out);

/// The offset just after `field` as it stands at `offset` of `message`, which ends with the RDATA; a name may
/// be compressed where its kind allows. Nothing if it is not all there. Requires: offset <= message.size().
std::optional<std::size_t> field_end(const RdataField& field, std::span<const std::uint8_t> message,
                                     std::size_t offset);

/// True if the fields of `type` fill the `length` octets at `offset` of `message` exactly: then
/// append_uncompressed_rdata succeeds. Requires: as it does.
bool is_valid_rdata(Type type, std::span<const std::uint8_t> message, std::size_t offset, std::size_t length);

/// True if the fields of `type` fill `rdata` exactly, without compression.
bool is_valid_rdata(Type type, std::span<const std::uint8_t> rdata);

}  // namespace tributary::dns
