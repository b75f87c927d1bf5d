#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <vector>

namespace tributary::resolver {

/// Octets of one or more messages of rtnetlink(7), as one datagram brings them.
using RouteMessages = std::span<const std::uint8_t>;

/// An address as the kernel writes it: 4 or 16 octets.
using AddressOctets = std::vector<std::uint8_t>;

/// The addresses of this host that connections to upstreams may have, and the links that carry them. Learnt
/// from the kernel's messages; asks nobody. A value.
///
/// Counted are addresses of more than link-local scope that are in use: not tentative (RFC 4862 §5.4), nor
/// found to be a duplicate.
class NetworkState {
 public:
  /// Takes in what `messages` tell; what cannot be understood is passed over. True if an address came or
  /// went, or the link of one went up or down. That lifetimes are renewed is no change, and neither is a new
  /// temporary address (RFC 8981): it ends no connection and opens no way.
  bool take(RouteMessages messages);

  friend bool operator==(const NetworkState&, const NetworkState&) = default;

 private:
  struct Address {
    std::uint32_t link;
    AddressOctets octets;
    friend auto operator<=>(const Address&, const Address&) = default;
  };

  bool take_address(std::uint16_t type, RouteMessages body);
  bool take_link(std::uint16_t type, RouteMessages body);

  std::set<Address> addresses_;
  std::map<std::uint32_t, bool> links_up_;
};

/// The way that packets to one destination take: out of a link, perhaps to a gateway.
struct Way {
  std::uint32_t link = 0;
  AddressOctets gateway;  ///< Empty if the destination is on the link.
  friend bool operator==(const Way&, const Way&) = default;
};

/// What the kernel answered to the request for a route; nothing if there is no way.
std::optional<Way> way_in(RouteMessages answer);

}  // namespace tributary::resolver
