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
/// Addresses are kept for their TTL, bounded by the limits below. Once expired they are used on while fresh
/// ones are looked up, and for as long as that fails. Any number of callers share one look-up. One thread;
/// may be destroyed while looking up, but not while a caller waits.
class Bootstrap {
 public:
  /// A short TTL would only delay connecting: a connection outlives it anyway.
  static constexpr std::chrono::seconds least_ttl{60};
  static constexpr std::chrono::seconds most_ttl{86400};

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

 private:
  class Lookup;
  struct Waiter;

  void start_lookup();
  void finish_lookup(tl::expected<std::vector<asio::ip::address>, std::string> found,
                     std::chrono::seconds ttl);

  asio::any_io_executor executor_;
  Clock& clock_;
  std::string host_;
  std::vector<policy::SocketAddress> servers_;
  std::vector<asio::ip::address> addresses_;
  Instant fresh_until_ = Instant::min();
  std::string last_error_;
  std::list<Waiter*> waiters_;
  std::shared_ptr<Lookup> lookup_;  // the one that runs, else null
};

}  // namespace tributary::resolver
