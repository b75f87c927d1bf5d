#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "base/counter.hpp"
#include "base/latency_histogram.hpp"
#include "base/locked.hpp"
#include "dns/type_class.hpp"
#include "resolver/answer_source.hpp"

namespace tributary::resolver {

/// How validation came out, of each reply that was validated, and what it took.
struct ValidationCounters {
  Counter secure, insecure, bogus;
  Counter indeterminate;  ///< A link of the chain could not be had, or the budget was used up.
  Counter signature_checks;
  Counter denied_from_cache;  ///< Questions that known denials have answered (RFC 8198).
  Counter too_dear;           ///< Of the indeterminate, those for which the budget was used up.
};

/// What one worker has counted of its clients' queries since the start. Written by the worker, read by the
/// metrics.
struct QueryCounters {
  static constexpr std::size_t rcodes = 24;  ///< 0 to BADCOOKIE.
  using Responses = std::array<std::array<Counter, rcodes>, answer_sources>;

  Counter dropped;  ///< Messages that deserve no reply: too short, or responses.
  Counter cache_hits, cache_misses;
  Counter local;                        ///< For zones that we hold ourselves.
  Counter coalesced;                    ///< Waited for the same question of another client.
  Counter stale_answers;                ///< Answers that had expired, wholly or in part (RFC 8767).
  Counter refreshes, refresh_failures;  ///< Questions asked ahead of the expiry of their answer.
  Counter too_many_queries;             ///< Failures: answering took more queries than one client may cause.
  Counter too_long_chains;              ///< Failures: more CNAMEs in a row than are followed.
  Responses responses{};                ///< By AnswerSource and RCODE.
  ValidationCounters validation;
};

/// The messages that one listener of one worker has received, by what they ask for.
struct ArrivalCounters {
  std::array<Counter, dns::type_classes> by_type{};

  void count(dns::TypeClass type) { by_type[static_cast<std::size_t>(type)].add(); }
};

/// Those of all listeners of one worker, of those too that it once had: what listens where one did before
/// goes on counting.
class Arrivals {
 public:
  /// The listener's address, "127.0.0.1:53", and "udp" or "tcp".
  using Listener = std::pair<std::string, std::string>;

  /// Lives as long as this object. Any thread; what is counted in it, only the worker's.
  ArrivalCounters& of(const Listener& listener) {
    return listeners_.with([&](auto& all) -> ArrivalCounters& { return all[listener]; });
  }
  /// All messages. Any thread.
  std::uint64_t total() const {
    std::uint64_t sum = 0;
    for_each([&sum](const Listener&, const ArrivalCounters& listener) {
      for (const auto& counter : listener.by_type) sum += counter.get();
    });
    return sum;
  }
  /// Calls `visit(listener, counters)` for each. Any thread.
  template <typename Visit>
  void for_each(Visit visit) const {
    listeners_.with([&](const auto& all) {
      for (const auto& [listener, counters] : all) visit(listener, counters);
    });
  }

 private:
  Locked<std::map<Listener, ArrivalCounters>> listeners_;
};

/// What has become of the queries that were to be logged, since the start.
struct QueryLogTotals {
  std::uint64_t dnstap_written = 0, json_written = 0;
  std::uint64_t queue_full = 0;                        ///< The writer did not keep up.
  std::uint64_t dnstap_dropped = 0, json_dropped = 0;  ///< No reader, or no room where they go.
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
  Counter udp_dropped_overload;    ///< As many queries wait already as may.
  Counter udp_dropped_per_client;  ///< As many of this client (ClientShares).
  Counter udp_dropped_too_late;    ///< The answer took too long for a client with many queries waiting.
  Counter udp_replies_lost;        ///< The kernel did not take the reply: buffer full, unreachable.

  Counter tcp_accepted;            ///< Connections, those refused by a limit left out.
  Counter tcp_refused_total;       ///< Closed for want of places: a new one, or an idle one that made way.
  Counter tcp_refused_per_client;  ///< Closed at once: this client has all the connections it may have.
  Counter tcp_accept_failures;     ///< accept(2) failed, mostly for want of file descriptors.
  Counter tcp_received;            ///< Messages.
  Counter tcp_closed_idle;         ///< Closed by the idle timeout.

  /// From receiving a query to sending its reply: of those that the cache answered at once, and of those that
  /// had to wait.
  LatencyHistogram<Counter> cached, uncached;

  Arrivals arrivals;

  Counter failures;  ///< Exceptions out of a handler or a listener: faults of ours.
};

}  // namespace tributary::resolver
