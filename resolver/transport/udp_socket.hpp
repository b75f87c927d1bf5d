#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include <asio/error_code.hpp>
#include <asio/ip/udp.hpp>
#include <tl/expected.hpp>

namespace tributary::resolver {

/// A UDP socket: a descriptor that closes itself. No call blocks, none allocates; from any one thread.
class UdpSocket {
 public:
  using Endpoint = asio::ip::udp::endpoint;

  static tl::expected<UdpSocket, asio::error_code> open(const asio::ip::udp& protocol);
  ~UdpSocket();
  UdpSocket(UdpSocket&& other) noexcept;
  UdpSocket& operator=(UdpSocket&&) = delete;

  int descriptor() const { return descriptor_; }
  /// Takes `port` on all addresses: for good, `disconnect` does not release it.
  asio::error_code bind(std::uint16_t port);
  /// Speaks with `server` alone from now on. Without a port of its own it gets one from the kernel, drawn
  /// from the ephemeral ports.
  asio::error_code connect(const Endpoint& server);
  /// Speaks with nobody; releases the port that `connect` gave it (but not one that it was bound to) and
  /// throws away what has arrived.
  void disconnect();
  /// Has ICMP errors come out of `receive` without being connected (ip(7), IP_RECVERR).
  asio::error_code hear_errors();

  /// Requires: connected.
  asio::error_code send(std::span<const std::uint8_t> datagram);
  asio::error_code send_to(std::span<const std::uint8_t> datagram, const Endpoint& server);
  using Datagram = tl::expected<std::optional<std::span<const std::uint8_t>>, asio::error_code>;
  /// The next datagram, in `space`. Nothing if there is none, it did not fit, or it came from elsewhere than
  /// `server`: also a connected socket may have got it before it was connected. ICMP errors come out as an
  /// error.
  Datagram receive(std::span<std::uint8_t> space, const Endpoint& server);

  /// Our address on the way to `server`; none if there is no way.
  static asio::ip::address local_address_towards(const Endpoint& server);

 private:
  UdpSocket(int descriptor, const asio::ip::udp& protocol) : descriptor_(descriptor), protocol_(protocol) {}

  int descriptor_;
  asio::ip::udp protocol_;
};

}  // namespace tributary::resolver
