#include "dns/name.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "dns/octets.hpp"

namespace tributary::dns {

namespace {

constexpr std::size_t message_header = 12;
constexpr std::size_t max_labels = Name::max_length / 2;
/// Of one name. Who compresses needs one or two, and one for each label at the very most; resolvers that take
/// no more than ten are in wide use.
constexpr std::size_t most_pointers = 16;

/// Calls `visit(label)` with each label and its length octet, the root's included; returns the offset just
/// after the name as it stands at `offset`, or nothing if the name is malformed.
///
/// A pointer must lead before `part`, the start of the part that it ends, so a walk cannot come back. Without
/// the limit on pointers, long chains of them would make a message costly to read.
template <typename Visit>
std::optional<std::size_t> walk(std::span<const std::uint8_t> message, std::size_t offset, Visit&& visit) {
  std::optional<std::size_t> end;
  std::size_t part = offset, length = 0, pointers = 0;
  while (offset < message.size()) {
    const std::uint8_t octet = message[offset];
    if (octet <= Name::max_label) {
      const std::size_t size = octet + std::size_t{1};
      length += size;
      if (size > message.size() - offset || length > Name::max_length) return {};
      visit(message.subspan(offset, size));
      offset += size;
      if (octet == 0) return end.value_or(offset);
    } else {
      if (octet < 0xC0 || message.size() - offset < 2 || ++pointers > most_pointers) return {};
      const auto target = static_cast<std::size_t>((octet & 0x3F) << 8 | message[offset + 1]);
      if (target < message_header || target >= part) return {};
      if (!end) end = offset + 2;
      offset = part = target;
    }
  }
  return {};
}

/// Where the pointers at `offset` lead. Requires: a name that `walk` accepts.
std::size_t first_label_at(std::span<const std::uint8_t> message, std::size_t offset) {
  while (message[offset] > Name::max_label) offset = read_u16(message, offset) & 0x3FFF;
  return offset;
}

std::size_t after_first_label(std::span<const std::uint8_t> message, std::size_t offset) {
  offset = first_label_at(message, offset);
  return offset + message[offset] + 1;
}

std::size_t label_count_at(std::span<const std::uint8_t> message, std::size_t offset) {
  std::size_t count = 0;
  for (; message[first_label_at(message, offset)] != 0; ++count) offset = after_first_label(message, offset);
  return count;
}

struct Octet {
  std::uint8_t value;
  bool escaped;
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Takes one octet, perhaps escaped, off the front of `text`. Requires: text is not empty.
tl::expected<Octet, std::string> take_octet(std::string_view& text) {
  const char first = text.front();
  text.remove_prefix(1);
  if (first != '\\') return Octet{static_cast<std::uint8_t>(first), false};
  if (text.empty()) return tl::unexpected<std::string>("the name ends within an escape");
  if (!is_digit(text.front())) {
    const Octet octet{static_cast<std::uint8_t>(text.front()), true};
    text.remove_prefix(1);
    return octet;
  }
  if (text.size() < 3 || !is_digit(text[1]) || !is_digit(text[2]))
    return tl::unexpected<std::string>("an escape \\DDD needs three decimal digits");
  const int value = (text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0');
  if (value > 255) return tl::unexpected<std::string>("an escape \\DDD stands for more than 255");
  text.remove_prefix(3);
  return Octet{static_cast<std::uint8_t>(value), true};
}

void append_escaped(std::string& text, std::uint8_t octet) {
  constexpr std::string_view special = "\".;\\()@$";
  if (octet <= ' ' || octet >= 0x7F) {
    text += '\\';
    text += static_cast<char>('0' + octet / 100);
    text += static_cast<char>('0' + octet / 10 % 10);
    text += static_cast<char>('0' + octet % 10);
    return;
  }
  if (special.find(static_cast<char>(octet)) != std::string_view::npos) text += '\\';
  text += static_cast<char>(octet);
}

/// The offsets of a name's labels, left to right, the root's empty one not counted.
struct LabelOffsets {
  explicit LabelOffsets(std::span<const std::uint8_t> wire) {
    for (std::size_t at = 0; wire[at] != 0; at += wire[at] + std::size_t{1})
      offsets[count++] = static_cast<std::uint8_t>(at);
  }

  std::array<std::uint8_t, max_labels> offsets;
  std::size_t count = 0;
};

std::span<const std::uint8_t> label_at(std::span<const std::uint8_t> wire, std::size_t offset) {
  return wire.subspan(offset + 1, wire[offset]);
}

int compare_labels(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
  const std::size_t shared = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < shared; ++i)
    if (const int difference = lower_case(a[i]) - lower_case(b[i])) return difference;
  return static_cast<int>(a.size()) - static_cast<int>(b.size());
}

}  // namespace

bool equal_ignoring_case(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
  // Mostly they are the same altogether, which is found out many octets at a time.
  return std::ranges::equal(a, b) ||
         std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](std::uint8_t x, std::uint8_t y) { return lower_case(x) == lower_case(y); });
}

tl::expected<Name, std::string> Name::parse(std::string_view text) {
  if (text.empty()) return tl::unexpected<std::string>("a name cannot be empty; the root is \".\"");
  Name name;
  if (text == ".") return name;
  constexpr const char* too_long = "the name is longer than 255 octets";
  std::size_t label = 0, used = 1;  // where the current label's length stands; octets used
  const auto end_label = [&] { name.octets_[label] = static_cast<std::uint8_t>(used - label - 1); };
  while (!text.empty()) {
    if (used == max_length) return tl::unexpected<std::string>(too_long);
    const auto octet = take_octet(text);
    if (!octet) return tl::unexpected(octet.error());
    if (octet->value == '.' && !octet->escaped) {
      if (used == label + 1) return tl::unexpected<std::string>("a label is empty");
      end_label();
      label = used++;
    } else {
      if (used - label > max_label) return tl::unexpected<std::string>("a label is longer than 63 octets");
      name.octets_[used++] = octet->value;
    }
  }
  if (used > label + 1) {  // no final dot
    end_label();
    ++used;
  }
  if (used > max_length) return tl::unexpected<std::string>(too_long);
  name.octets_[used - 1] = 0;
  name.length_ = static_cast<std::uint8_t>(used);
  return name;
}

std::optional<Name> Name::from_start_of(std::span<const std::uint8_t> octets) {
  std::size_t at = 0;
  while (at < octets.size() && octets[at] != 0) {
    if (octets[at] > max_label) return {};
    at += octets[at] + std::size_t{1};
  }
  if (at >= octets.size() || at >= max_length) return {};
  Name name;
  name.length_ = static_cast<std::uint8_t>(at + 1);
  std::copy_n(octets.begin(), name.length_, name.octets_.begin());
  return name;
}

std::optional<Name> Name::from_wire(std::span<const std::uint8_t> wire) {
  auto name = from_start_of(wire);
  if (name && name->length_ != wire.size()) return {};
  return name;
}

std::optional<Name> Name::from_message(std::span<const std::uint8_t> message, std::size_t offset,
                                       std::size_t* end) {
  Name name;
  std::size_t used = 0;
  const auto append = [&](std::span<const std::uint8_t> label) {
    std::copy(label.begin(), label.end(), name.octets_.begin() + static_cast<std::ptrdiff_t>(used));
    used += label.size();
  };
  const auto after = walk(message, offset, append);
  if (!after) return {};
  if (end) *end = *after;
  name.length_ = static_cast<std::uint8_t>(used);
  return name;
}

std::optional<std::size_t> Name::end_in_message(std::span<const std::uint8_t> message, std::size_t offset) {
  return walk(message, offset, [](std::span<const std::uint8_t>) {});
}

bool Name::equal_in_message(std::span<const std::uint8_t> message, std::size_t a, std::size_t b) {
  while (true) {
    a = first_label_at(message, a);
    b = first_label_at(message, b);
    if (a == b) return true;
    const std::size_t size = message[a] + std::size_t{1};
    if (message[a] != message[b] || !equal_ignoring_case(message.subspan(a, size), message.subspan(b, size)))
      return false;
    if (message[a] == 0) return true;
    a += size;
    b += size;
  }
}

bool Name::within_in_message(std::span<const std::uint8_t> message, std::size_t name, std::size_t zone) {
  const auto labels = label_count_at(message, name), kept = label_count_at(message, zone);
  if (labels < kept) return false;
  for (auto skipped = labels - kept; skipped > 0; --skipped) name = after_first_label(message, name);
  return equal_in_message(message, name, zone);
}

std::string Name::to_text() const {
  if (is_root()) return ".";
  std::string text;
  text.reserve(length_);
  for (std::size_t at = 0; octets_[at] != 0; at += octets_[at] + std::size_t{1}) {
    for (const std::uint8_t octet : label_at(wire(), at)) append_escaped(text, octet);
    text += '.';
  }
  return text;
}

std::size_t Name::label_count() const {
  std::size_t count = 0;
  for (std::size_t at = 0; octets_[at] != 0; at += octets_[at] + std::size_t{1}) ++count;
  return count;
}

std::span<const std::uint8_t> Name::first_label() const {
  return label_at(wire(), 0);
}

bool Name::is_wildcard() const {
  return octets_[0] == 1 && octets_[1] == '*';
}

Name Name::parent() const {
  return is_root() ? *this : *from_wire(wire().subspan(octets_[0] + std::size_t{1}));
}

Name Name::suffix(std::size_t labels) const {
  const LabelOffsets own(wire());
  if (labels == 0) return {};
  return *from_wire(wire().subspan(own.offsets[own.count - labels]));
}

std::optional<Name> Name::with_label(std::span<const std::uint8_t> label) const {
  if (label.empty() || label.size() > max_label || length_ + label.size() + 1 > max_length) return {};
  Name name;
  name.octets_[0] = static_cast<std::uint8_t>(label.size());
  const auto rest = std::copy(label.begin(), label.end(), name.octets_.begin() + 1);
  std::copy_n(octets_.begin(), length_, rest);
  name.length_ = static_cast<std::uint8_t>(length_ + label.size() + 1);
  return name;
}

std::optional<Name> Name::with_suffix_replaced(const Name& from, const Name& to) const {
  const std::size_t kept = std::size_t{length_} - from.length_;
  if (kept + to.length_ > max_length) return {};
  Name name = *this;
  std::copy_n(to.octets_.begin(), to.length_, name.octets_.begin() + static_cast<std::ptrdiff_t>(kept));
  name.length_ = static_cast<std::uint8_t>(kept + to.length_);
  return name;
}

bool Name::is_within(const Name& zone) const {
  if (length_ < zone.length_) return false;
  const std::size_t boundary = std::size_t{length_} - zone.length_;
  std::size_t at = 0;
  while (at < boundary) at += octets_[at] + std::size_t{1};
  return at == boundary && equal_ignoring_case(wire().subspan(boundary), zone.wire());
}

Name Name::lower_cased() const {
  Name name = *this;
  std::transform(name.octets_.begin(), name.octets_.begin() + length_, name.octets_.begin(), lower_case);
  return name;
}

std::size_t Name::hash() const {  // FNV-1a
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const std::uint8_t octet : wire()) hash = (hash ^ lower_case(octet)) * 0x100000001b3;
  return hash;
}

bool operator==(const Name& a, const Name& b) {
  return equal_ignoring_case(a.wire(), b.wire());
}

bool Name::identical(const Name& other) const {
  return std::ranges::equal(wire(), other.wire());
}

int Name::canonical_compare(const Name& a, const Name& b) {
  const LabelOffsets of_a(a.wire()), of_b(b.wire());
  for (std::size_t i = 1; i <= std::min(of_a.count, of_b.count); ++i) {
    const auto label_a = label_at(a.wire(), of_a.offsets[of_a.count - i]);
    const auto label_b = label_at(b.wire(), of_b.offsets[of_b.count - i]);
    if (const int difference = compare_labels(label_a, label_b)) return difference;
  }
  return static_cast<int>(of_a.count) - static_cast<int>(of_b.count);
}

}  // namespace tributary::dns
