#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "base/counter.hpp"

namespace tributary::resolver {

/// How validation came out, of each reply that was validated, and what it took.
struct ValidationCounters {
  Counter secure, insecure, bogus;
  Counter indeterminate;  ///< A link of the chain could not be had, or the budget was used up.
  Counter signature_checks;
  Counter denied_from_cache;  ///< Questions that known denials have answered (RFC 8198).
};

/// What one worker has counted of its clients' queries since the start. Written by the worker, read by the
/// metrics.
struct QueryCounters {
  static constexpr std::size_t rcodes = 24;  ///< 0 to BADCOOKIE.

  Counter udp, tcp;  ///< Queries.
  Counter dropped;   ///< Messages that deserve no reply: too short, or responses.
  Counter cache_hits, cache_misses;
  Counter local;                          ///< For zones that we hold ourselves.
  Counter coalesced;                      ///< Waited for the same question of another client.
  Counter stale_answers;                  ///< Answers that had expired, wholly or in part (RFC 8767).
  Counter refreshes, refresh_failures;    ///< Questions asked ahead of the expiry of their answer.
  std::array<Counter, rcodes> responses;  ///< By RCODE.
  ValidationCounters validation;
};

/// What has become of the answers in cache files, since the start. Any thread.
struct CacheLoadCounters {
  std::atomic<std::uint64_t> loaded{0}, skipped{0}, expired{0};
};

/// What the listeners of one worker have seen, since the start. Drops that the handler decides on are its own
/// to count.
struct ListenerCounters {
  Counter udp_received;            ///< Datagrams, also those dropped below.
  Counter udp_dropped_bad_source;  ///< From port 0 or from our own listening address.
  Counter udp_dropped_overload;    ///< Too many queries are waiting already (UdpListener::most_pending).
  Counter udp_replies_lost;        ///< The kernel did not take the reply: buffer full, unreachable.

  Counter tcp_accepted;            ///< Connections, those refused by a limit left out.
  Counter tcp_refused_total;       ///< Closed at once: the worker has all the connections it may have.
  Counter tcp_refused_per_client;  ///< Closed at once: this client has all the connections it may have.
  Counter tcp_accept_failures;     ///< accept(2) failed, mostly for want of file descriptors.
  Counter tcp_received;            ///< Messages.
  Counter tcp_closed_idle;         ///< Closed by the idle timeout.

  Counter failures;  ///< Exceptions out of a handler or a listener: faults of ours.
};

}  // namespace tributary::resolver
