#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/task.hpp"
#include "cache/answer.hpp"
#include "resolver/dnssec/effort.hpp"
#include "resolver/dnssec/signature_check.hpp"
#include "resolver/dnssec/trust_anchors.hpp"
#include "resolver/dnssec/trust_cache.hpp"

namespace tributary::dnssec {

/// Where the links of a chain come from: the same upstreams that clients' answers come from.
class LinkSource {
 public:
  virtual ~LinkSource() = default;
  /// A validated answer to a DS or DNSKEY question, or a failure; never null, never stale. Ends at the
  /// effort's deadline at the latest.
  virtual Task<cache::AnswerPtr> ask_link(dns::Question question, EffortPtr effort) = 0;

 protected:
  LinkSource() = default;
  LinkSource(const LinkSource&) = default;
  LinkSource& operator=(const LinkSource&) = default;
};

/// How a name stands towards the zone above it.
struct Delegation {
  enum class Kind : std::uint8_t {
    secure,     ///< A zone begins here, with these DS.
    insecure,   ///< A zone begins here that is not signed, or not so that we could check it; or trust was not
                ///< asked for.
    not_a_cut,  ///< The name belongs to the zone above.
    no_such_name,  ///< The zone above proves that neither it nor anything below it exists.
    unknown,       ///< It could not be found out.
  };
  Kind kind = Kind::unknown;
  TrustAnchors::DsSet ds;  ///< Of `secure`.
  Reason reason;           ///< Of `unknown`, and of `insecure`.
};

/// How a zone's keys stand.
struct KeyStanding {
  enum class Kind : std::uint8_t { secure, insecure, no_zone, unknown };
  Kind kind = Kind::unknown;
  std::shared_ptr<const ZoneKeys> keys;  ///< Of `secure`.
  Reason reason;                         ///< Of the others.
};

/// What the chain has told, for all workers: links that were proven. Failures are not kept here.
struct KnownLinks {
  static constexpr std::size_t most = 8192;

  TrustCache<Delegation> delegations{most};
  TrustCache<KeyStanding> keys{most};

  /// Forgets all.
  void clear();
};

/// Finds out whether names are under a chain of trust (RFC 4035 §5): from the closest trust anchor down, cut
/// by cut. For one worker. References outlive it.
class ChainOfTrust {
 public:
  struct Settings {
    Algorithms algorithms;
    std::uint16_t most_iterations = 50;
  };

  ChainOfTrust(const CurrentAnchors& anchors, KnownLinks& known, LinkSource& source, Settings settings,
               Clock& clock)
      : anchors_(anchors), known_(known), source_(source), settings_(settings), clock_(clock) {}

  /// What DS, trust anchors, or the proof that there is no DS, say about `name`.
  Task<Delegation> delegation(dns::Name name, EffortPtr effort);
  /// The keys that `zone` is signed with.
  Task<KeyStanding> keys(dns::Name zone, EffortPtr effort);
  /// Whether what stands at `name` has to be signed: `secure` if the zone that it belongs to is, or there is
  /// no such zone but proof that `name` cannot exist; never `not_a_cut` or `no_such_name`.
  Task<Delegation> standing_of(dns::Name name, EffortPtr effort);

  /// What a validated message without DS at `name` says about it.
  Delegation read_denial(const dns::Name& name, const dns::MessageView& message,
                         ValidationBudget& budget) const;
  /// Tells the trace of `effort` the links above `name` that are known: nobody is asked.
  void tell_known(const dns::Name& name, const Effort& effort) const;
  /// The zone of the trust anchor that `name` is under, if there is one.
  std::optional<dns::Name> anchor_above(const dns::Name& name) const {
    return anchors_.get()->enclosing(name);
  }

  const Settings& settings() const { return settings_; }

 private:
  Delegation read_delegation(const dns::Name& name, const cache::Answer& answer,
                             ValidationBudget& budget) const;
  KeyStanding read_keys(const dns::Name& zone, const cache::Answer& answer) const;

  const CurrentAnchors& anchors_;
  KnownLinks& known_;
  LinkSource& source_;
  Settings settings_;
  Clock& clock_;
};

/// DS records as they can be looked at; malformed ones are left out. Points into `rdata`.
std::vector<Ds> read_ds(const std::vector<std::vector<std::uint8_t>>& rdata);

}  // namespace tributary::dnssec
