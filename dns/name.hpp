#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace tributary::dns {

/// Compares octets without regard to ASCII case (RFC 4343 §3). Fit for whole names in wire format: the
/// lengths of labels lie below the letters.
bool equal_ignoring_case(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b);

/// A domain name in uncompressed wire format: a value of at most 255 octets that never allocates (RFC 1035
/// §3.1).
///
/// Names compare without regard to ASCII case (RFC 4343) and keep the case in which they were written.
class Name {
 public:
  static constexpr std::size_t max_length = 255;
  static constexpr std::size_t max_label = 63;

  /// The root.
  Name() { octets_[0] = 0; }
  Name(const Name& other) noexcept { *this = other; }
  Name& operator=(const Name& other) noexcept;

  /// Reads presentation format: "www.example.", with or without the final dot, escapes \. and \DDD (RFC 1035
  /// §5.1). The error is a sentence that names what is wrong.
  static tl::expected<Name, std::string> parse(std::string_view text);

  /// Reads an uncompressed name that fills `wire` exactly; nothing if it does not.
  static std::optional<Name> from_wire(std::span<const std::uint8_t> wire);
  /// Reads the uncompressed name that `octets` begin with; nothing if they do not.
  static std::optional<Name> from_start_of(std::span<const std::uint8_t> octets);

  /// Reads a possibly compressed name at `offset` of `message` (RFC 1035 §4.1.4). Pointers must lead strictly
  /// backwards, each before the place where the part it belongs to began, and never into the header; at most
  /// one for each label that a name can have. `end` (if asked for) receives the offset just after the name as
  /// it stands at `offset`.
  static std::optional<Name> from_message(std::span<const std::uint8_t> message, std::size_t offset,
                                          std::size_t* end = nullptr);
  /// The offset just after the name at `offset`; nothing where from_message would refuse it. Copies nothing.
  static std::optional<std::size_t> end_in_message(std::span<const std::uint8_t> message, std::size_t offset);

  /// True if the names at two places of `message` are equal. Requires: from_message accepts both.
  static bool equal_in_message(std::span<const std::uint8_t> message, std::size_t a, std::size_t b);
  /// True if the name at `name` is the one at `zone` or lies below it. Requires: as above.
  static bool within_in_message(std::span<const std::uint8_t> message, std::size_t name, std::size_t zone);

  /// Points into this name, as `first_label` does.
  std::span<const std::uint8_t> wire() const { return {octets_.data(), length_}; }
  /// Presentation format with the final dot; unprintable octets as \DDD.
  std::string to_text() const;

  bool is_root() const { return length_ == 1; }
  /// Number of labels, the root's empty one not counted.
  std::size_t label_count() const;
  /// The leftmost label, without its length octet. Empty for the root.
  std::span<const std::uint8_t> first_label() const;
  bool is_wildcard() const;  ///< The leftmost label is "*" (RFC 4592 §2.1.1).

  /// The name without its leftmost label; the root's parent is the root.
  Name parent() const;
  /// The last `labels` labels. Requires: labels <= label_count().
  Name suffix(std::size_t labels) const;
  /// `label` (without length octet) in front of this name; nothing if that is too long.
  std::optional<Name> with_label(std::span<const std::uint8_t> label) const;
  /// This name with its ending `from` replaced by `to` (RFC 6672 §2.2); nothing if the result is too long.
  /// Requires: is_within(from).
  std::optional<Name> with_suffix_replaced(const Name& from, const Name& to) const;

  /// True if this name is `zone` or lies below it.
  bool is_within(const Name& zone) const;

  Name lower_cased() const;
  std::size_t hash() const;  ///< Equal for names that compare equal.

  friend bool operator==(const Name& a, const Name& b);
  /// True if both are the same octet by octet, case included.
  bool identical(const Name& other) const;
  /// Canonical order of names (RFC 4034 §6.1): negative, zero or positive.
  static int canonical_compare(const Name& a, const Name& b);

 private:
  std::uint8_t length_ = 1;
  std::array<std::uint8_t, max_length> octets_;  // those after the first `length_` are never looked at
};

/// Most names are short, and a query has a dozen copies of its own: they touch one cache line each, not four.
inline Name& Name::operator=(const Name& other) noexcept {
  constexpr std::size_t mostly = 63;
  length_ = other.length_;
  std::memcpy(octets_.data(), other.octets_.data(), mostly);
  if (length_ > mostly) std::memcpy(&octets_[mostly], &other.octets_[mostly], max_length - mostly);
  return *this;
}

struct NameHash {
  std::size_t operator()(const Name& name) const { return name.hash(); }
};

/// For ordered containers: the canonical order, in which a name is followed by all names below it.
struct CanonicalLess {
  bool operator()(const Name& a, const Name& b) const { return Name::canonical_compare(a, b) < 0; }
};

}  // namespace tributary::dns
