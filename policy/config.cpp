#include "policy/config.hpp"

#include <algorithm>

#include <asio/ip/address_v4.hpp>
#include <asio/ip/address_v6.hpp>

namespace tributary::policy {
namespace {

template <typename Bytes>
Bytes without_host_bits(Bytes bytes, std::size_t length) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::size_t kept = length > 8 * i ? std::min<std::size_t>(length - 8 * i, 8) : 0;
    bytes[i] = static_cast<typename Bytes::value_type>(bytes[i] & (0xff00U >> kept));
  }
  return bytes;
}

asio::ip::address unmapped(const asio::ip::address& address) {
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address;
  return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
}

}  // namespace

std::string SocketAddress::to_text() const {
  const auto text = address.to_string();
  return (address.is_v6() ? "[" + text + "]:" : text + ":") + std::to_string(port);
}

Prefix Prefix::of(const asio::ip::address& address, std::uint8_t length) {
  if (address.is_v4())
    return {asio::ip::make_address_v4(without_host_bits(address.to_v4().to_bytes(), length)), length};
  return {asio::ip::make_address_v6(without_host_bits(address.to_v6().to_bytes(), length)), length};
}

bool Prefix::contains(const asio::ip::address& address) const {
  const auto client = unmapped(address);
  if (client.is_v4() != network.is_v4()) return false;
  if (client.is_v6()) return of(client, length) == *this;
  const std::uint64_t differing = client.to_v4().to_uint() ^ network.to_v4().to_uint();
  return differing >> (32 - length) == 0;
}

}  // namespace tributary::policy
