#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "dns/name.hpp"

namespace tributary::dns {

/// The hashes of all suffixes of a name, without regard to case, in one pass from its end. A view of the
/// name.
///
/// Not keyed: fit only for tables whose keys no client chooses, or that bound what a collision costs.
class SuffixHashes {
 public:
  explicit SuffixHashes(const Name& name);
  explicit SuffixHashes(Name&&) = delete;

  /// The hash of the suffix of one label: all that most look-ups need.
  static std::uint32_t of_last_label(const Name& name);

  /// How many labels the name has; the root's empty one not counted.
  std::size_t label_count() const { return count_; }
  /// The suffix that is left without the first `skipped` labels. Requires: skipped <= label_count().
  std::uint32_t hash(std::size_t skipped) const { return hashes_[skipped]; }
  std::span<const std::uint8_t> suffix(std::size_t skipped) const { return wire_.subspan(starts_[skipped]); }

 private:
  static constexpr std::size_t most = Name::max_length / 2 + 1;

  std::span<const std::uint8_t> wire_;
  std::size_t count_ = 0;
  std::array<std::uint8_t, most> starts_;
  std::array<std::uint32_t, most> hashes_;
};

}  // namespace tributary::dns
