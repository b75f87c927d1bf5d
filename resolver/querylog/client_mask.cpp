#include "resolver/querylog/client_mask.hpp"

namespace tributary::resolver {

ClientOctets ClientMask::masked(ClientOctets client) const {
  const unsigned bits = client.ipv6 ? ipv6_bits : ipv4_bits;
  const std::size_t size = client.address().size();
  if (bits >= 8 * size) return client;
  client.port = 0;
  client.octets[bits / 8] &= static_cast<std::uint8_t>(0xFF00 >> bits % 8);
  for (std::size_t i = bits / 8 + 1; i < size; ++i) client.octets[i] = 0;
  return client;
}

}  // namespace tributary::resolver
