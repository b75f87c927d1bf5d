#pragma once

#include <cstddef>
#include <memory>
#include <variant>
#include <vector>

#include <asio/ip/address.hpp>

#include "dns/record.hpp"
#include "dns/zone.hpp"
#include "policy/config.hpp"

namespace tributary::policy {

/// Ask the upstreams of `group`, an index into Config::groups.
struct Forward {
  std::size_t group;
  bool validate = true;  ///< False: the answer is not validated; dnssec.mode or its route says `off`.
};
/// Answer from a zone that Tributary holds itself: special names (RFC 6761), local zones (RFC 6303).
struct AnswerLocally {
  const dns::Zone* zone;  ///< Owned by the policy that decided.
};
/// The client may not ask: REFUSED with EDE 18 (Prohibited).
struct Refuse {};

using Decision = std::variant<Forward, AnswerLocally, Refuse>;

/// Routes, access control and the zones served locally, prepared for look-up from one configuration.
///
/// Immutable: any number of threads may decide at once. `decide` neither allocates nor locks.
class Policy {
 public:
  explicit Policy(const Config& config);
  ~Policy();
  Policy(Policy&&) noexcept;
  Policy& operator=(Policy&&) noexcept;

  bool admits(const asio::ip::address& client) const;

  /// What to do with a question of a client that is admitted or not. The longest route suffix wins; a DS
  /// query is routed by the parent of its name (RFC 4035 §3.1.4.1); a special name is answered locally unless
  /// a route other than the root's matches it.
  Decision decide(const asio::ip::address& client, const dns::Question& question) const;
  /// The same without the access check, for the names a CNAME leads to.
  Decision route(const dns::Question& question) const;
  /// The suffix of the route, or of the special name, by which `route` decides.
  const dns::Name& deciding_suffix(const dns::Question& question) const;

 private:
  struct Tables;
  std::unique_ptr<Tables> tables_;
};

/// The zones that a resolver answers itself unless told otherwise: localhost, invalid, test (RFC 6761), onion
/// (RFC 7686), local (RFC 6762), home.arpa (RFC 8375), ipv4only.arpa and its reverse names (RFC 8880),
/// resolver.arpa (RFC 9462), and the locally served reverse zones (RFC 6303, RFC 7793).
std::vector<dns::Zone> special_zones();

}  // namespace tributary::policy
