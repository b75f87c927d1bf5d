#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "base/time.hpp"
#include "cache/dnssec_cuts.hpp"
#include "dns/edns.hpp"
#include "dns/record.hpp"

namespace tributary::resolver {
class Judge;
}

namespace tributary::cache {

/// How far an answer is to be trusted; a higher one is never overwritten by a lower one while it lives.
enum class Rank : std::uint8_t {
  failure,        ///< No source could answer (RFC 9520).
  incomplete,     ///< A CNAME whose target is not in the answer.
  negative,       ///< NXDOMAIN or NODATA with SOA, unsigned (RFC 2308).
  clear,          ///< Complete, over a channel that anybody on the path can forge.
  authenticated,  ///< Complete, over an authenticated channel.
  validated,      ///< Its signatures are good, its denials proven (RFC 4035 §5).
};

/// What validation found (RFC 4035 §4.3). What is bogus becomes no answer.
enum class Security : std::uint8_t {
  unchecked,  ///< Nobody looked: not to be validated, or from our own memory.
  insecure,   ///< Proven to come from where nothing is signed, or no trust anchor reaches.
  undated,    ///< All signatures are good, but our clock cannot tell whether they still count.
  secure,
};

/// The place of an upstream in policy::Config::upstreams. Those behind the first 255 have no place.
enum class UpstreamPlace : std::uint8_t { none = 255 };
constexpr UpstreamPlace upstream_place(std::size_t index) {
  return index < 255 ? static_cast<UpstreamPlace>(index) : UpstreamPlace::none;
}

/// One answer to one question, ready to be sent after patching. Immutable; shared by clients, workers and the
/// cache.
///
/// Only `resolver::Judge` can make one, and the cache again what it was given: what has not been judged can
/// be neither cached nor sent.
class Answer {
  /// What nobody else can name, nobody else can make.
  struct Making {
    explicit Making() = default;
  };

 public:
  Answer(Making, std::span<const std::uint8_t> message, std::span<const std::uint16_t> ttl_offsets,
         const DnssecCuts& cuts);

  /// Header, question, records; no OPT. All TTLs are those at `stored()`.
  std::span<const std::uint8_t> message() const { return message_; }
  /// Where the TTL fields of `message` are, ascending.
  std::span<const std::uint16_t> ttl_offsets() const { return ttl_offsets_; }
  /// What of `message` is for clients with DO alone.
  const DnssecCuts& cuts() const { return cuts_; }
  dns::Rcode rcode() const { return rcode_; }
  Rank rank() const { return rank_; }
  Security security() const { return security_; }
  /// What a client is told besides the RCODE (RFC 8914).
  const std::optional<dns::ExtendedErrorOption>& error() const { return error_; }
  /// The end of the CNAME chain in the answer when it has no records there: the name to ask for next.
  const std::optional<dns::Name>& continues_at() const { return continues_at_; }
  /// From our own memory, where it needs no second copy: never cached.
  bool is_local() const { return local_; }
  /// It has expired, or a link of its chain has, and is sent for want of a better one (RFC 8767). Never
  /// cached.
  bool is_stale() const { return stale_; }
  /// Whose reply it was made of; of several, the first. None: it was made without one, as a failure is.
  UpstreamPlace upstream() const { return upstream_; }
  /// When the latest of what it says came from a source; never, if none of it did.
  Instant came() const { return came_; }
  /// How often in a row resolving has failed, for Rank::failure (RFC 9520 §3.2).
  unsigned failures() const { return failures_; }

  Instant stored() const { return stored_; }
  std::chrono::seconds lifetime() const { return lifetime_; }
  Instant expires() const { return stored_ + lifetime_; }
  bool fresh(Instant now) const { return now < expires(); }
  /// Whole seconds since `stored()`: what the TTLs have lost.
  std::uint32_t age(Instant now) const { return age(stored_, now); }
  static std::uint32_t age(Instant stored, Instant now);

 private:
  friend class resolver::Judge;
  friend class EntryView;

  std::unique_ptr<std::uint16_t[]> memory_;  // of the two below, one after the other
  std::span<std::uint16_t> ttl_offsets_;
  std::span<std::uint8_t> message_;
  DnssecCuts cuts_;
  std::optional<dns::ExtendedErrorOption> error_;
  std::optional<dns::Name> continues_at_;
  Instant stored_{};
  Instant came_{};
  std::chrono::seconds lifetime_{};
  unsigned failures_ = 0;
  dns::Rcode rcode_ = dns::Rcode::NOERROR;
  Rank rank_ = Rank::failure;
  Security security_ = Security::unchecked;
  UpstreamPlace upstream_ = UpstreamPlace::none;
  bool local_ = false;
  bool stale_ = false;
};

using AnswerPtr = std::shared_ptr<const Answer>;

}  // namespace tributary::cache
