#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/ip/udp.hpp>
#include <tl/expected.hpp>

#include "base/clock.hpp"
#include "base/random.hpp"

namespace tributary::resolver {

/// A UDP socket for one query: bound to a port that cannot be foreseen (RFC 5452 §9.2), connected to one
/// server, closed by its destructor at whatever moment. Belongs to the executor's thread.
class UdpSocket {
 public:
  /// A little more than is asked for (1,232 octets), for servers that take the size less seriously.
  static constexpr std::size_t largest_datagram = 4096;

  static tl::expected<UdpSocket, asio::error_code> open(asio::any_io_executor executor, Clock& clock,
                                                        Random& random,
                                                        const asio::ip::udp::endpoint& server);
  ~UdpSocket();
  UdpSocket(UdpSocket&&) = default;
  UdpSocket& operator=(UdpSocket&&) = delete;

  asio::ip::address local_address() const;
  asio::error_code send(std::span<const std::uint8_t> datagram);
  /// True when there may be something to receive, false when `until` came first or the wait was cancelled.
  asio::awaitable<bool> wait_readable(Instant until);
  /// The next datagram, in `space`. Nothing if there is none, or it came from elsewhere or did not fit. ICMP
  /// errors come out as an error.
  tl::expected<std::optional<std::span<const std::uint8_t>>, asio::error_code> receive(
      std::span<std::uint8_t> space);

 private:
  struct State;
  explicit UdpSocket(std::shared_ptr<State> state) : state_(std::move(state)) {}

  std::shared_ptr<State> state_;  // shared with the handler that waits for the socket
};

}  // namespace tributary::resolver
