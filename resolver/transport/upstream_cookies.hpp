#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include <asio/ip/address.hpp>

#include "base/random.hpp"
#include "base/time.hpp"
#include "dns/message_view.hpp"

namespace tributary::resolver {

/// The DNS cookies (RFC 7873) that are exchanged with one server. A state without timers or I/O.
///
/// The client cookie is random and belongs to this server and our address towards it; it is drawn anew when
/// that address changes, so that it cannot be used to follow us about (RFC 9018 §3), and once a day.
class UpstreamCookies {
 public:
  static constexpr std::size_t client_size = 8;
  static constexpr std::size_t least_server_size = 8;
  static constexpr std::size_t most_server_size = 32;

  explicit UpstreamCookies(Random& random) : random_(random) {}

  /// The data of the option to send from `local`: our cookie, and the server's if it has given one.
  std::vector<std::uint8_t> to_send(const asio::ip::address& local, Instant now);

  /// True if `reply` may be believed in answer to a query that bore `sent`: it has our cookie, or has none
  /// and the server was never seen to use them (RFC 7873 §5.3). Learns the server's cookie.
  bool accept(const dns::MessageView& reply, std::span<const std::uint8_t> sent);

  bool server_uses_them() const { return !server_.empty(); }
  /// The server was found to use cookies no more.
  void forget() { server_.clear(); }

 private:
  Random& random_;
  asio::ip::address local_;
  Instant renew_at_{};
  std::array<std::uint8_t, client_size> client_{};
  std::vector<std::uint8_t> server_;
};

}  // namespace tributary::resolver
