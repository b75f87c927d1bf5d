#include "cache/dump_format.hpp"

#include <algorithm>
#include <string_view>

#include "dns/message_view.hpp"
#include "dns/octets.hpp"

namespace tributary::cache::dump {
namespace {

using View = std::span<const std::uint8_t>;

constexpr std::string_view magic = "tribcach";
constexpr std::uint16_t version = 1;
/// Not a secret: the checksums tell what is damaged, not what is forged.
constexpr SipKey header_key{'t', 'r', 'i', 'b', 'u', 't', 'a', 'r', 'y', ' ', 'c', 'a', 'c', 'h', 'e', '1'};
constexpr std::size_t tag_size = sizeof(SipTag);
constexpr std::uint8_t checking_disabled_flag = 1, wall_is_right_flag = 1;

SipKey record_key(View header_tag) {
  SipKey key = header_key;
  std::ranges::copy(header_tag, key.begin());
  return key;
}

void append_u64(Octets& out, std::uint64_t value) {
  dns::append_u32(out, static_cast<std::uint32_t>(value >> 32));
  dns::append_u32(out, static_cast<std::uint32_t>(value));
}

void append_text(Octets& out, std::string_view text) {
  dns::append_u16(out, static_cast<std::uint16_t>(text.size()));
  out.insert(out.end(), text.begin(), text.end());
}

void write_u32(Octets& out, std::size_t offset, std::size_t value) {
  dns::write_u16(out, offset, value >> 16);
  dns::write_u16(out, offset + 2, value);
}

std::uint64_t to_u64(WallTime time) {
  return static_cast<std::uint64_t>(std::clamp(time, WallTime::zero(), end_of_time).count());
}

/// Reads from octets that may end too early: then all further reading yields zeros, and it is not `good`.
class Cursor {
 public:
  explicit Cursor(View octets) : left_(octets) {}

  View take(std::size_t size) {
    if (size > left_.size()) {
      good_ = false;
      left_ = {};
      return {};
    }
    const auto taken = left_.first(size);
    left_ = left_.subspan(size);
    return taken;
  }
  std::uint64_t number(std::size_t size) {
    std::uint64_t value = 0;
    for (const auto octet : take(size)) value = value << 8 | octet;
    return value;
  }
  std::string text() {
    const auto octets = take(number(2));
    return {octets.begin(), octets.end()};
  }
  WallTime time() {
    const auto value = number(8);
    good_ = good_ && value <= static_cast<std::uint64_t>(end_of_time.count());
    return WallTime(good_ ? static_cast<std::int64_t>(value) : 0);
  }
  View rest() { return take(left_.size()); }
  bool good() const { return good_; }
  bool ended() const { return left_.empty(); }

 private:
  View left_;
  bool good_ = true;
};

HostTime read_time(Cursor& cursor) {
  HostTime time;
  time.wall_is_right = cursor.number(1) & wall_is_right_flag;
  time.wall = cursor.time();
  time.boottime = Instant(std::min(cursor.time(), WallTime(std::chrono::hours(24) * 36500)));
  time.boot = cursor.text();
  return time;
}

std::optional<DumpHeader> read_header_body(View body) {
  Cursor cursor(body);
  DumpHeader header;
  header.written = read_time(cursor);
  header.trust = cursor.number(8);
  for (auto left = cursor.number(2); left > 0 && cursor.good(); --left) {
    const auto number = static_cast<std::uint16_t>(cursor.number(2));
    const auto fingerprint = cursor.number(8);
    header.groups.push_back({cursor.text(), fingerprint, number});
  }
  for (auto left = cursor.number(2); left > 0 && cursor.good(); --left)
    header.upstreams.push_back(cursor.text());
  if (!cursor.good() || !cursor.ended()) return {};
  return header;
}

std::optional<DumpedAnswer> read_record_body(View body) {
  Cursor cursor(body);
  DumpedAnswer out;
  out.checking_disabled = cursor.number(1) & checking_disabled_flag;
  const auto rank = cursor.number(1), security = cursor.number(1);
  out.upstream = UpstreamPlace{static_cast<std::uint8_t>(cursor.number(1))};
  out.group = static_cast<std::uint16_t>(cursor.number(2));
  out.stored = cursor.time();
  out.message = cursor.rest();
  out.rank = static_cast<Rank>(rank);
  out.security = static_cast<Security>(security);
  const bool possible = out.rank > Rank::failure && rank <= static_cast<std::uint64_t>(Rank::validated) &&
                        security <= static_cast<std::uint64_t>(Security::secure);
  if (!cursor.good() || !possible) return {};
  return out;
}

}  // namespace

HeaderOctets write_header(const DumpHeader& header) {
  Octets out(magic.begin(), magic.end());
  dns::append_u16(out, version);
  dns::append_u32(out, 0);  // the size
  out.resize(head_size);    // the checksum
  out.push_back(header.written.wall_is_right ? wall_is_right_flag : 0);
  append_u64(out, to_u64(header.written.wall));
  append_u64(out, to_u64(std::chrono::duration_cast<WallTime>(header.written.boottime.time_since_epoch())));
  append_text(out, header.written.boot);
  append_u64(out, header.trust);
  dns::append_u16(out, static_cast<std::uint16_t>(header.groups.size()));
  for (const auto& group : header.groups) {
    dns::append_u16(out, group.number);
    append_u64(out, group.fingerprint);
    append_text(out, group.name);
  }
  dns::append_u16(out, static_cast<std::uint16_t>(header.upstreams.size()));
  for (const auto& upstream : header.upstreams) append_text(out, upstream);
  write_u32(out, magic.size() + 2, out.size() - head_size);
  const auto tag = siphash(header_key, View(out).subspan(head_size));
  std::ranges::copy(tag, out.begin() + (head_size - tag_size));
  return {std::move(out), record_key(tag)};
}

void append_record(Octets& out, const SipKey& key, const EntryView& entry, WallTime stored) {
  const auto begin = out.size();
  const auto message = entry.message();
  dns::append_u32(out, record_mark);
  dns::append_u32(out, static_cast<std::uint32_t>(least_record_body + message.size()));
  out.resize(begin + record_head_size);
  out.push_back((entry.scope() & 1) != 0 ? checking_disabled_flag : 0);
  out.push_back(static_cast<std::uint8_t>(entry.rank()));
  out.push_back(static_cast<std::uint8_t>(entry.security()));
  out.push_back(static_cast<std::uint8_t>(entry.upstream()));
  dns::append_u16(out, static_cast<std::uint16_t>(entry.scope() >> 1));
  append_u64(out, to_u64(stored));
  // An entry does not have the ID and the flags.
  constexpr std::uint32_t response = 0x8000;
  dns::append_u32(out, response | (static_cast<std::uint32_t>(entry.rcode()) & 0x0F));
  out.insert(out.end(), message.begin() + 4, message.end());
  const auto tag = siphash(key, View(out).subspan(begin + record_head_size));
  std::ranges::copy(tag, out.begin() + static_cast<std::ptrdiff_t>(begin + record_head_size - tag_size));
}

tl::expected<std::size_t, std::string> header_body_size(View head) {
  Cursor cursor(head);
  if (!std::ranges::equal(cursor.take(magic.size()), magic))
    return tl::unexpected<std::string>("is no cache file");
  if (const auto its = cursor.number(2); its != version)
    return tl::unexpected<std::string>("is of version " + std::to_string(its) + ", and only 1 can be read");
  const auto size = static_cast<std::size_t>(cursor.number(4));
  if (size > most_header_body) return tl::unexpected<std::string>("has a damaged header");
  return size;
}

std::optional<ReadHeader> read_header(View octets) {
  const auto tag = octets.subspan(head_size - tag_size, tag_size), body = octets.subspan(head_size);
  if (!std::ranges::equal(siphash(header_key, body), tag)) return {};
  auto header = read_header_body(body);
  if (!header) return {};
  return ReadHeader{*std::move(header), record_key(tag)};
}

std::optional<std::size_t> record_body_size(View head) {
  Cursor cursor(head);
  if (cursor.number(4) != record_mark) return {};
  const auto size = static_cast<std::size_t>(cursor.number(4));
  if (size < least_record_body || size > most_record_body) return {};
  return size;
}

std::optional<DumpedAnswer> read_record(View octets, const SipKey& key) {
  const auto tag = octets.subspan(record_head_size - tag_size, tag_size),
             body = octets.subspan(record_head_size);
  if (!std::ranges::equal(siphash(key, body), tag)) return {};
  return read_record_body(body);
}

}  // namespace tributary::cache::dump
