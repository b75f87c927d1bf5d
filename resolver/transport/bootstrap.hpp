#pragma once

#include <chrono>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/ip/address.hpp>
#include <tl/expected.hpp>

#include "base/clock.hpp"
#include "policy/config.hpp"
#include "resolver/upstream/upstream.hpp"

namespace tributary::resolver {

/// The addresses of an upstream that is known by its host name: asked of given plain DNS servers, never of
/// the system's resolver, which may be ourselves.
///
/// Both families are asked for at once. IPv6 addresses are given out when they come; IPv4 addresses that come
/// first wait for the others, but no longer than `resolution_delay` (RFC 8305 §3).
///
/// Addresses are kept for their TTL, bounded by the limits below. Once expired they are used on while fresh
/// ones are looked up, and for as long as that fails. Any number of callers share one look-up. One thread;
/// may be destroyed while looking up, but not while a caller waits.
class Bootstrap {
 public:
  /// A short TTL would only delay connecting: a connection outlives it anyway.
  static constexpr std::chrono::seconds least_ttl{60};
  static constexpr std::chrono::seconds most_ttl{86400};
  static constexpr std::chrono::milliseconds resolution_delay{50};

  /// `host` may be an address literal: that is its own address and is never looked up. Requires: at least one
  /// server unless `host` is one.
  Bootstrap(asio::any_io_executor executor, Clock& clock, std::string host,
            std::vector<policy::SocketAddress> servers);
  ~Bootstrap();
  Bootstrap(const Bootstrap&) = delete;
  Bootstrap& operator=(const Bootstrap&) = delete;

  /// The addresses, at least one; at once if any are known. Failure::no_address when there are none,
  /// Failure::timeout at the deadline.
  asio::awaitable<tl::expected<std::vector<asio::ip::address>, Failure>> addresses(Deadline deadline);

  /// None of the addresses could be connected to: they count as expired.
  void distrust() { fresh_until_ = Instant::min(); }
  /// The addresses count as expired; a look-up that is on its way begins anew.
  void network_changed();

 private:
  class Lookup;
  struct Waiter;

  /// What a look-up has found so far.
  struct Findings {
    std::vector<asio::ip::address> addresses;
    std::chrono::seconds ttl = most_ttl;
    std::string error;
    int families = 0;                 // that have been answered
    Instant usable = Instant::max();  // from when on the addresses are given out to who waits
  };

  void start_lookup();
  void found(Findings family);
  void finish_lookup();
  const std::vector<asio::ip::address>& known() const;
  Instant known_at() const;

  asio::any_io_executor executor_;
  Clock& clock_;
  std::string host_;
  std::vector<policy::SocketAddress> servers_;
  std::vector<asio::ip::address> addresses_;
  Instant fresh_until_ = Instant::min();
  std::string last_error_;
  std::list<Waiter*> waiters_;
  std::shared_ptr<Lookup> lookup_;  // the one that runs, else null
  Findings findings_;               // its own
};

}  // namespace tributary::resolver
