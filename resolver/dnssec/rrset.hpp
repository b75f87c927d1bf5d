#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "dns/message_view.hpp"
#include "dns/record.hpp"

namespace tributary::dnssec {

/// The records of one owner, type and class, with the signatures that cover them. RDATA is uncompressed, as
/// it was written otherwise.
struct Rrset {
  dns::Name owner;
  dns::Type type{};
  std::uint32_t ttl = 0;  ///< The least of its records' and their signatures' (RFC 4035 §5.3.3).
  std::vector<std::vector<std::uint8_t>> rdata;       ///< At least one.
  std::vector<std::vector<std::uint8_t>> signatures;  ///< RDATA of RRSIGs; perhaps none, perhaps malformed.
};

/// The sets of class IN of one section, in the order of their first records. Signatures that cover nothing in
/// the section are left out. Nothing if RDATA of a known type is malformed.
std::optional<std::vector<Rrset>> read_rrsets(const dns::MessageView& message, dns::Section section);

}  // namespace tributary::dnssec
