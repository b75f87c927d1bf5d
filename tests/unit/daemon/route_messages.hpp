#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace tributary::resolver {

// Messages of rtnetlink(7) as the kernel sends them.

using Octets = std::vector<std::uint8_t>;

struct AddressFacts {
  Octets octets;
  std::uint32_t link = 2;
  std::uint8_t scope = 0;   ///< RT_SCOPE_UNIVERSE
  std::uint32_t flags = 0;  ///< IFA_F_…
  std::uint32_t valid_seconds = 3600;
};

struct RouteFacts {
  std::uint8_t kind = 1;  ///< RTN_UNICAST
  std::uint32_t link = 2;
  Octets gateway{192, 0, 2, 1};
};

Octets address_message(std::uint16_t type, const AddressFacts& facts);
Octets link_message(std::uint16_t type, std::uint32_t link, unsigned flags);
Octets route_message(std::uint16_t type, const RouteFacts& facts);

}  // namespace tributary::resolver
