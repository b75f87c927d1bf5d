#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include <asio/ip/address.hpp>

#include "base/siphash.hpp"
#include "base/time.hpp"

namespace tributary::resolver {

/// The DNS cookies that clients are given (RFC 7873), in the form that all servers share (RFC 9018).
///
/// They are not enforced: who sends none, or a bad one, is answered like everybody else, and gets a good one
/// (RFC 7873 §5.2.3, third choice). Who sends a good one has received datagrams at its address within the
/// last hour.
///
/// The secret lasts for a day (RFC 7873 §7.1 allows 36). It is derived from a key of the process, so that no
/// timer and no lock is needed; a cookie's time tells which day's secret made it, so that those of yesterday
/// stay good. A value; safe from any thread.
class ServerCookies {
 public:
  static constexpr std::size_t client_size = 8;
  /// The data of a COOKIE option: the client's cookie, then ours of 16 octets.
  using Option = std::array<std::uint8_t, client_size + 16>;

  /// `boot`: when the computer started, as time since 1970. Cookies bear seconds since 1970 (RFC 9018 §4.3).
  ServerCookies(const SipKey& key, Duration boot) : key_(key), boot_(boot) {}
  /// With a key from the kernel. The wall clock is read here and never again: when it jumps, cookies stay
  /// good.
  static ServerCookies random();

  /// The data of a COOKIE option has a possible length: a client cookie of 8 octets, and none or 8 to 32 of a
  /// server's (RFC 7873 §5.2.2).
  static bool possible(std::span<const std::uint8_t> data);

  /// `data` is a cookie of ours for `client`, at most an hour old (RFC 9018 §4.3).
  bool good(std::span<const std::uint8_t> data, const asio::ip::address& client, Instant now) const;
  /// What to put into the response to a query with `data`: the same if it is good and at most half an hour
  /// old, else a new one (RFC 9018 §4.3). Requires: possible(data).
  Option reply(std::span<const std::uint8_t> data, const asio::ip::address& client, Instant now) const;

  /// The secret of the day in which `timestamp` lies.
  SipKey secret_at(std::uint32_t timestamp) const;

 private:
  /// Seconds since 1970 that wrap around: differences count (RFC 1982).
  std::uint32_t timestamp(Instant now) const;
  bool made_by_us(std::span<const std::uint8_t> data, const asio::ip::address& client) const;

  SipKey key_;
  Duration boot_;
};

/// The hash that ends a server cookie (RFC 9018 §4.4). `head`: client cookie, version, reserved octets and
/// timestamp. Exposed for the RFC's test vectors.
SipTag server_cookie_hash(const SipKey& secret, std::span<const std::uint8_t, 16> head,
                          const asio::ip::address& client);

}  // namespace tributary::resolver
