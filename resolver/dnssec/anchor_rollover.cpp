#include "resolver/dnssec/anchor_rollover.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "dns/octets.hpp"
#include "resolver/dnssec/public_key.hpp"

namespace tributary::dnssec {
namespace {

constexpr std::int64_t hour = 3600, day = 86'400;

Rdata without_revoke_bit(Octets rdata) {
  Rdata out(rdata.begin(), rdata.end());
  dns::write_u16(out, 0, dns::read_u16(out, 0) & ~std::size_t{Dnskey::revoked});
  return out;
}

/// The tag is another with the REVOKE bit: the key is what tells keys apart.
bool same_key(Octets a, Octets b) {
  return a.size() == b.size() && std::ranges::equal(a.subspan(2), b.subspan(2));
}

/// Only keys with the SEP bit become anchors (RFC 5011 §3).
bool may_become_anchor(Octets rdata) {
  const auto key = Dnskey::read(rdata);
  return key && key->may_sign() && (key->flags & Dnskey::secure_entry_point) != 0;
}

bool names(const dns::Record& anchor, Octets rdata) {
  if (anchor.type == dns::Type::DNSKEY) return same_key(anchor.rdata, rdata);
  const auto ds = Ds::read(anchor.rdata);
  return ds && matches(*ds, anchor.owner, rdata);
}

/// The zone has the key, and does not revoke it. One that has the bit without having signed the set is gone.
bool has(const std::vector<Rdata>& keys, Octets rdata) {
  return std::ranges::any_of(keys, [&](const Rdata& one) { return std::ranges::equal(one, rdata); });
}

bool has_revoked(const std::vector<Rdata>& keys, Octets rdata) {
  return std::ranges::any_of(keys, [&](const Rdata& one) { return same_key(one, rdata); });
}

/// The one of `keys` that is this, or null.
auto* find_key(auto& keys, Octets rdata) {
  const auto found = std::ranges::find_if(keys, [&](const auto& key) { return same_key(key.rdata, rdata); });
  return found == keys.end() ? nullptr : &*found;
}

bool is_trusted(const AnchorRollover::Key& key) {
  return key.state == KeyState::valid || key.state == KeyState::missing;
}

/// That thirty days are longer than any TTL is not taken for granted (§2.4.1).
AnchorRollover::Key pending(Rdata rdata, std::uint32_t most_ttl, std::int64_t now) {
  const auto hold_down = std::max<std::int64_t>(AnchorRollover::add_hold_down, most_ttl);
  return {std::move(rdata), KeyState::add_pend, false, now, now + hold_down};
}

std::vector<AnchorRollover::Change> changes_between(const std::vector<AnchorRollover::Key>& before,
                                                    const std::vector<AnchorRollover::Key>& after) {
  std::vector<AnchorRollover::Change> out;
  for (const auto& key : after) {
    const auto* old = find_key(before, key.rdata);
    if (!old || old->state != key.state)
      out.push_back({key.tag(), old ? std::optional(old->state) : std::nullopt, key.state});
  }
  for (const auto& key : before)
    if (!find_key(after, key.rdata)) out.push_back({key.tag(), key.state, std::nullopt});
  return out;
}

std::string_view text_of(std::optional<KeyState> state) {
  return state ? to_text(*state) : "unknown";
}

}  // namespace

std::string_view to_text(KeyState state) {
  switch (state) {
    case KeyState::add_pend:
      return "pending";
    case KeyState::valid:
      return "valid";
    case KeyState::missing:
      return "missing";
    case KeyState::revoked:
      return "revoked";
    case KeyState::removed:
      return "removed";
  }
  return "";
}

std::uint16_t AnchorRollover::Key::tag() const {
  return Dnskey::read(rdata)->tag;
}

std::string AnchorRollover::Change::to_text() const {
  return fmt::format("key {} was {}, and is {}", tag, text_of(from), text_of(to));
}

AnchorRollover::AnchorRollover(dns::Name zone, std::vector<dns::Record> configured)
    : zone_(std::move(zone)), configured_(std::move(configured)) {}

bool AnchorRollover::is_configured(Octets rdata) const {
  return std::ranges::any_of(configured_, [&](const dns::Record& anchor) { return names(anchor, rdata); });
}

std::vector<Rdata> AnchorRollover::anchors() const {
  std::vector<Rdata> out;
  for (const Key& key : keys_)
    if (is_trusted(key)) out.push_back(ds_of(zone_, key.rdata));
  for (const auto& anchor : configured_) {
    const auto is_it = [&](const Key& key) { return names(anchor, key.rdata); };
    if (std::ranges::any_of(keys_, is_it)) continue;  // its state decides
    out.push_back(anchor.type == dns::Type::DS ? anchor.rdata : ds_of(zone_, anchor.rdata));
  }
  return out;
}

bool AnchorRollover::is_anchor(Octets rdata) const {
  if (!Dnskey::read(rdata)) return false;
  if (const Key* key = find_key(keys_, rdata)) return is_trusted(*key);
  return is_configured(without_revoke_bit(rdata));
}

std::vector<AnchorRollover::Change> AnchorRollover::observe(const ObservedKeys& observed, std::int64_t now) {
  const auto before = keys_;
  for (const Rdata& rdata : observed.revoked) revoke(rdata, now);
  if (observed.validated) {
    for (Key& key : keys_) follow(key, observed, now);
    forget_gone(observed.keys);
    for (const Rdata& rdata : observed.keys) take_up(rdata, observed.most_ttl, now);
    const std::int64_t ttl = observed.most_ttl;
    next_refresh_ = now + std::clamp(ttl / 2, hour, longest_interval);  // §2.3
    retry_after_ = std::clamp(ttl / 10, hour, day);
  }
  return changes_between(before, keys_);
}

/// The way back to Start: what was pending, and the zone has taken back (KeyRem), and what was removed,
/// unless the configuration would make it an anchor again.
void AnchorRollover::forget_gone(const std::vector<Rdata>& present) {
  std::erase_if(keys_, [&](const Key& key) {
    return key.state == KeyState::add_pend ? !has(present, key.rdata)
                                           : key.state == KeyState::removed && !key.configured;
  });
}

bool AnchorRollover::refresh_due(std::int64_t now) const {
  return now >= next_refresh_ || next_refresh_ > now + longest_interval;
}

void AnchorRollover::refresh_failed(std::int64_t now) {
  next_refresh_ = now + retry_after_;
}

/// RevBit of §4.1. A key that is only pending is forgotten instead, since the set no longer has it without
/// the bit.
void AnchorRollover::revoke(const Rdata& rdata, std::int64_t now) {
  if (!is_anchor(rdata)) return;
  Key* key = find_key(keys_, rdata);
  if (key == nullptr) {
    keys_.push_back({.rdata = without_revoke_bit(rdata), .configured = true});
    key = &keys_.back();
  }
  key->state = KeyState::revoked;
  key->since = now;
  key->until = now + remove_hold_down;
}

/// KeyPres, KeyRem, AddTime and RemTime of §4.1.
void AnchorRollover::follow(Key& key, const ObservedKeys& observed, std::int64_t now) {
  const bool present = has(observed.keys, key.rdata);
  const auto enter = [&](KeyState state) {
    key.state = state;
    key.since = now;
  };
  switch (key.state) {
    case KeyState::add_pend:
      if (key.since > now) key = pending(key.rdata, observed.most_ttl, now);  // by a clock that was wrong
      if (present && now >= key.until) enter(KeyState::valid);
      break;
    case KeyState::valid:
      if (!present) enter(KeyState::missing);
      break;
    case KeyState::missing:
      if (present) enter(KeyState::valid);
      break;
    case KeyState::revoked:
      if (present || has_revoked(observed.keys, key.rdata)) {
        key.until = now + remove_hold_down;
      } else if (now >= key.until) {
        enter(KeyState::removed);
      }
      break;
    case KeyState::removed:
      break;
  }
}

/// NewKey of §4.1.
void AnchorRollover::take_up(const Rdata& rdata, std::uint32_t most_ttl, std::int64_t now) {
  const auto key = Dnskey::read(rdata);
  if (!key || !key->may_sign() || find_key(keys_, rdata)) return;
  if (is_configured(rdata)) {
    keys_.push_back({rdata, KeyState::valid, true, now, 0});
  } else if (may_become_anchor(rdata) && keys_.size() < most_keys) {
    keys_.push_back(pending(rdata, most_ttl, now));
  }
}

}  // namespace tributary::dnssec
