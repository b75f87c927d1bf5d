#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "base/counter.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "cache/answer.hpp"
#include "dns/record.hpp"

namespace tributary::explain {
class Trace;
}

namespace tributary::resolver {

/// A question to an upstream. A small value: copied freely. It is always asked with DO (RFC 3225): what
/// clients without DO are not to see is left out when they are answered.
struct Query {
  dns::Question question;
  bool checking_disabled = false;  ///< CD: the client validates itself (RFC 4035 §3.2.2).
  bool validate = false;           ///< We validate: upstreams are asked not to.
  /// For whom all that is done for it is recorded; mostly for nobody.
  std::shared_ptr<explain::Trace> trace = nullptr;

  /// What stands in the query: who validates wants all that there is, also what the upstream finds bogus (RFC
  /// 6840 §5.9).
  bool cd() const { return checking_disabled || validate; }
};

/// How well the way to an upstream protects a reply.
enum class Channel : std::uint8_t {
  clear,          ///< Plain UDP or TCP: anybody on the path can forge.
  authenticated,  ///< TLS with a verified certificate.
  local,          ///< From our own memory.
};

/// A reply that belongs to the query: ID, address, question and (where used) case and cookie were checked,
/// and the message is well formed. Whether it is any good is for acceptance to judge.
struct Reply {
  std::vector<std::uint8_t> message;  ///< MessageView::parse accepts it. Never truncated by us.
  Channel channel = Channel::clear;
  bool from_authority =
      false;       ///< The server was asked as an authority: without AA the reply is lame or a referral.
  Duration rtt{};  ///< From sending to receiving, without connecting and TLS.
  std::chrono::seconds age{0};  ///< How long a cache on the way held it (RFC 8484 §5.1): subtract from TTLs.
  cache::UpstreamPlace upstream = cache::UpstreamPlace::none;  ///< Who replied; Guarded tells it.
};

/// Why an exchange brought no reply.
struct Failure {
  enum class Kind : std::uint8_t {
    timeout,       ///< Nothing (acceptable) came in time.
    network,       ///< The network refused: connection refused or reset.
    no_route,      ///< The kernel knows no way to it.
    tls,           ///< The handshake or the certificate check failed.
    protocol,      ///< The peer broke HTTP/2, HTTP or DNS framing.
    rate_limited,  ///< HTTP 429 or 503: come back later.
    no_address,    ///< The upstream's host name could not be resolved.
    cancelled,     ///< We closed the connection ourselves.
  };
  Kind kind = Kind::timeout;
  std::string detail;                   ///< For logs: one plain sentence fragment.
  std::optional<Duration> retry_after;  ///< rate_limited: as the server asked.
  bool connecting = false;              ///< There was no connection to ask on: none could be made (yet).
};

inline constexpr std::size_t failure_kinds = static_cast<std::size_t>(Failure::Kind::cancelled) + 1;

/// A word for metrics and logs: "timeout", "rate_limited".
const char* to_text(Failure::Kind kind);

using ExchangeResult = tl::expected<Reply, Failure>;

/// How queries get their connections, where transports have any.
struct ConnectionCounters {
  SharedCounter opened;  ///< Connections that were begun, for a query or to be ready for one.
  SharedCounter reused;  ///< Queries that were sent on a connection that was there already.
};

/// Anything that can be asked: the one interface that transports, breakers and strategies share.
///
/// An instance belongs to one worker; all calls come from its thread, any number of exchanges at once. It
/// outlives them all. An exchange ends at its deadline at the latest. It is not cancelled: who needs its
/// result no more lets it end, for what it tells about the upstream.
class Upstream {
 public:
  virtual ~Upstream() = default;
  Upstream(const Upstream&) = delete;
  Upstream& operator=(const Upstream&) = delete;

  virtual Task<ExchangeResult> exchange(Query query, Deadline deadline) = 0;

  /// How well the way to it is protected.
  virtual Channel channel() const { return Channel::clear; }

  /// `told` is called whenever two different replies to one query have come: somebody on the path forges.
  /// Set before the first exchange.
  virtual void when_injected(std::function<void()> /*told*/) {}

  /// Its connections are counted in `counters`, which outlive it. Set before the first exchange.
  virtual void count_connections(ConnectionCounters& /*counters*/) {}

  /// Called once, on the worker's thread, before the first exchange: what takes long to set up (a
  /// connection, a handshake) may be set up now, and kept.
  virtual void start() {}
  /// The host's addresses or routes have changed, or it has slept: what was connected before may be dead and
  /// never say so. Exchanges that are on their way are asked again on new connections, back-offs end.
  virtual void network_changed() {}

 protected:
  Upstream() = default;
};

}  // namespace tributary::resolver
