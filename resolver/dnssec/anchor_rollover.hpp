#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "dns/record.hpp"
#include "resolver/dnssec/rdata.hpp"

namespace tributary::dnssec {

using Rdata = std::vector<std::uint8_t>;

/// The states of a key at a trust point (RFC 5011 §4.2). Start, where it is not known, has no value.
enum class KeyState : std::uint8_t {
  add_pend,  ///< New, in a set that a trusted key signed. Not yet trusted.
  valid,     ///< Trusted.
  missing,   ///< Trusted, though the zone no longer has it.
  revoked,   ///< Taken back by itself: never trusted again.
  removed,   ///< Revoked long ago.
};

std::string_view to_text(KeyState state);

/// What a DNSKEY set of a trust point has to say to who follows its keys.
struct ObservedKeys {
  bool validated = false;     ///< Signed by one of the anchors.
  std::vector<Rdata> keys{};  ///< The set.
  /// Those of it that have the REVOKE bit and signed the set (§2.1), validated or not.
  std::vector<Rdata> revoked{};
  /// Of the signature that proved it: min(original TTL, seconds until it expires).
  std::uint32_t most_ttl = 0;
};

/// Follows the keys of one trust point through their replacement (RFC 5011): a key that a trusted key has
/// vouched for during thirty days becomes an anchor, and one that revokes itself ceases to be one.
///
/// A pure state machine; times are seconds since 1970, of a clock that can be trusted: whoever calls it while
/// the clock is bad makes keys trusted too early. Not thread-safe.
class AnchorRollover {
 public:
  static constexpr std::int64_t add_hold_down = 30 * 86'400;     ///< §2.4.1
  static constexpr std::int64_t remove_hold_down = 30 * 86'400;  ///< §2.4.2
  /// §2.4.3 wants five at least; what else a zone publishes is not taken up.
  static constexpr std::size_t most_keys = 16;
  static constexpr std::int64_t longest_interval = 15 * 86'400;  ///< §2.3

  struct Key {
    Rdata rdata;  ///< Of the DNSKEY, without the REVOKE bit.
    KeyState state = KeyState::add_pend;
    bool configured = false;  ///< One of the configured anchors is this key.
    std::int64_t since = 0;   ///< When it came to this state.
    std::int64_t until = 0;   ///< add_pend, revoked: when its hold-down ends.

    std::uint16_t tag() const;
    friend bool operator==(const Key&, const Key&) = default;
  };

  /// A key has come from one state to another; without a state, it is not known.
  struct Change {
    std::uint16_t tag = 0;
    std::optional<KeyState> from, to;

    std::string to_text() const;  ///< "key 38696 was pending, and is valid"
    friend bool operator==(const Change&, const Change&) = default;
  };

  /// `configured`: DS and DNSKEY records at `zone`, as the operator trusts them. A key that one of them names
  /// is valid as soon as it is seen.
  AnchorRollover(dns::Name zone, std::vector<dns::Record> configured);
  /// As it was when `to_text` wrote `text`; the error is a sentence. What the configuration no longer names
  /// is forgotten, and with the last configured key all that was learned through them.
  static tl::expected<AnchorRollover, std::string> restored(dns::Name zone,
                                                            std::vector<dns::Record> configured,
                                                            std::string_view text);
  std::string to_text() const;

  const dns::Name& zone() const { return zone_; }
  /// RDATA of DS records: what the zone's keys are authenticated by now. Keys that are valid or missing, and
  /// configured anchors whose key has not been seen. None when all are revoked: then the trust point counts
  /// as never configured (§5).
  std::vector<Rdata> anchors() const;
  /// Whether the DNSKEY `rdata`, REVOKE bit or not, is an anchor: only such keys can be revoked.
  bool is_anchor(Octets rdata) const;
  const std::vector<Key>& keys() const { return keys_; }

  /// When the zone's DNSKEY set is to be asked for again (§2.3); 0: at once.
  std::int64_t next_refresh() const { return next_refresh_; }
  /// Whether it is time for that. A time that is too far ahead was set by a clock that was wrong.
  bool refresh_due(std::int64_t now) const;
  /// A DNSKEY set has come, asked for or not. Afterwards anchors may be others, if there are changes.
  std::vector<Change> observe(const ObservedKeys& observed, std::int64_t now);
  /// A refresh has brought no set, or none that was validated.
  void refresh_failed(std::int64_t now);

 private:
  bool is_configured(Octets rdata) const;
  void settle_with_configuration();
  void revoke(const Rdata& rdata, std::int64_t now);
  void take_up(const Rdata& rdata, std::uint32_t most_ttl, std::int64_t now);
  void follow(Key& key, const ObservedKeys& observed, std::int64_t now);
  void forget_gone(const std::vector<Rdata>& present);

  dns::Name zone_;
  std::vector<dns::Record> configured_;
  std::vector<Key> keys_;
  std::int64_t next_refresh_ = 0;
  std::int64_t retry_after_ = 3600;
};

}  // namespace tributary::dnssec
