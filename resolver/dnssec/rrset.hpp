#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "dns/message_view.hpp"
#include "dns/record.hpp"

namespace tributary::dnssec {

/// The records of one owner, type and class, with the signatures that cover them. RDATA is uncompressed, as
/// it was written otherwise.
struct Rrset {
  dns::Name owner;
  dns::Type type{};
  std::uint32_t ttl = 0;                              ///< The least of its records'.
  std::vector<std::vector<std::uint8_t>> rdata;       ///< At least one.
  std::vector<std::vector<std::uint8_t>> signatures;  ///< RDATA of RRSIGs; perhaps none, perhaps malformed.
};

/// The sets of class IN of one section, in the order of their first records. Signatures that cover nothing in
/// the section, and sets of RRSIGs, are left out. Nothing if RDATA is malformed.
std::optional<std::vector<Rrset>> read_rrsets(const dns::MessageView& message, dns::Section section);

}  // namespace tributary::dnssec
