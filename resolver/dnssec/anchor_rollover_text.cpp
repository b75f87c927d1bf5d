// The state of a trust point as it stands in its file:
//
//   tributary trust anchors 1
//   refresh 1795426248 8640
//   valid configured 1795339848 0 example. 0 IN DNSKEY 257 3 13 AQIDBA==
//   end 0123456789abcdef
//
// Where `refresh` is when the keys are to be asked for, and after how many seconds again should that fail; a
// key has its state, where it comes from, since when it is so and until when its hold-down lasts. The number
// at the end is a checksum of what stands before it. A file that is not exactly so is damaged.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/siphash.hpp"
#include "resolver/dnssec/anchor_rollover.hpp"

namespace tributary::dnssec {
namespace {

constexpr std::string_view first_line = "tributary trust anchors 1";

/// Against accidents, not against who can write the file.
std::string checksum(std::string_view text) {
  const auto tag = siphash({}, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  std::string out;
  for (const auto octet : tag) out += fmt::format("{:02x}", octet);
  return out;
}

/// Takes what stands before the next `separator` off `text`; all of it if there is none.
std::string_view take(std::string_view& text, char separator) {
  const auto end = text.find(separator);
  const auto out = text.substr(0, end);
  text.remove_prefix(end == text.npos ? text.size() : end + 1);
  return out;
}

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

std::optional<KeyState> state(std::string_view text) {
  using enum KeyState;
  for (const auto one : {add_pend, valid, missing, revoked, removed})
    if (to_text(one) == text) return one;
  return std::nullopt;
}

std::optional<AnchorRollover::Key> key(std::string_view line, const dns::Name& zone) {
  const auto its_state = state(take(line, ' '));
  const auto origin = take(line, ' ');
  const auto since = number(take(line, ' ')), until = number(take(line, ' '));
  const auto record = dns::parse_record(line);
  if (!its_state || (origin != "configured" && origin != "learned") || !since || !until) return std::nullopt;
  if (!record || record->owner != zone || record->type != dns::Type::DNSKEY) return std::nullopt;
  if (!Dnskey::read(record->rdata)) return std::nullopt;
  return AnchorRollover::Key{record->rdata, *its_state, origin == "configured", *since, *until};
}

tl::unexpected<std::string> damaged(std::string_view what) {
  return tl::unexpected(fmt::format("it is damaged: {}", what));
}

}  // namespace

std::string AnchorRollover::to_text() const {
  std::string out = fmt::format("{}\nrefresh {} {}\n", first_line, next_refresh_, retry_after_);
  for (const Key& key : keys_) {
    const dns::Record record{zone_, dns::Type::DNSKEY, dns::Class::IN, 0, key.rdata};
    out += fmt::format("{} {} {} {} {}\n", dnssec::to_text(key.state),
                       key.configured ? "configured" : "learned", key.since, key.until, dns::to_text(record));
  }
  return out + "end " + checksum(out) + "\n";
}

tl::expected<AnchorRollover, std::string> AnchorRollover::restored(dns::Name zone,
                                                                   std::vector<dns::Record> configured,
                                                                   std::string_view text) {
  const auto end = text.rfind("end ");
  if (end == text.npos || text.substr(end) != "end " + checksum(text.substr(0, end)) + "\n")
    return damaged("its checksum is wrong");
  text = text.substr(0, end);
  AnchorRollover out(std::move(zone), std::move(configured));
  if (take(text, '\n') != first_line) return damaged("its first line is unknown");
  if (take(text, ' ') != "refresh") return damaged("its second line is unknown");
  const auto next = number(take(text, ' ')), retry = number(take(text, '\n'));
  if (!next || !retry) return damaged("its second line is unknown");
  while (!text.empty()) {
    auto read = key(take(text, '\n'), out.zone_);
    if (!read) return damaged("it holds something that is no key of " + out.zone_.to_text());
    out.keys_.push_back(std::move(*read));
  }
  out.next_refresh_ = *next;
  out.retry_after_ = *retry;
  out.settle_with_configuration();
  return out;
}

/// The operator has the last word, but for keys that were revoked.
void AnchorRollover::settle_with_configuration() {
  const bool was_rooted = std::ranges::any_of(keys_, &Key::configured);
  std::erase_if(keys_, [&](const Key& key) { return key.configured && !is_configured(key.rdata); });
  for (Key& key : keys_) {
    key.configured = is_configured(key.rdata);
    if (key.configured && key.state == KeyState::add_pend) key.state = KeyState::valid;
  }
  if (!was_rooted || std::ranges::any_of(keys_, &Key::configured)) return;
  keys_.clear();
  next_refresh_ = 0;
}

}  // namespace tributary::dnssec
