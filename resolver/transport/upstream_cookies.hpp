#pragma once

#include <asio/ip/address.hpp>

#include "base/random.hpp"
#include "base/time.hpp"
#include "dns/message_view.hpp"
#include "resolver/transport/cookie.hpp"

namespace tributary::resolver {

/// The DNS cookies (RFC 7873) that are exchanged with one server. A state without timers or I/O.
///
/// The client cookie is random and belongs to this server and our address towards it; it is drawn anew when
/// that address changes, so that it cannot be used to follow us about (RFC 9018 §3), and once a day.
class UpstreamCookies {
 public:
  explicit UpstreamCookies(Random& random) : random_(random) {}

  /// The data of the option to send from `local`: our cookie, and the server's if it has given one.
  Cookie to_send(const asio::ip::address& local, Instant now);

  /// True if `reply` may be believed in answer to a query that bore `sent`: it has our cookie, or has none
  /// and the server was never seen to use them (RFC 7873 §5.3). Learns the server's cookie.
  bool accept(const dns::MessageView& reply, const Cookie& sent);

  bool server_uses_them() const { return cookie_.has_server_part(); }
  /// The server was found to use cookies no more.
  void forget() { cookie_ = Cookie(cookie_.client_part()); }

 private:
  Random& random_;
  asio::ip::address local_;
  Instant renew_at_{};
  Cookie cookie_;
};

}  // namespace tributary::resolver
