#pragma once

#include <algorithm>
#include <bit>
#include <bitset>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "dns/suffix_hashes.hpp"

namespace tributary::policy {

/// What belongs to the longest suffix of a name. Looking up neither allocates nor copies a name. Most names
/// end in a label that no suffix but the root ends in: for them it costs next to nothing.
template <typename Value>
class SuffixMap {
 public:
  /// Each suffix once.
  void add(const dns::Name& suffix, Value value) {
    const dns::SuffixHashes hashes(suffix);
    if (suffix.is_root()) {
      root_ = entries_.size();
    } else {
      last_labels_.set(dns::SuffixHashes::of_last_label(suffix) % last_labels_.size());
    }
    entries_.push_back({hashes.hash(0), suffix, std::move(value)});
    if (slots_.size() > 2 * entries_.size()) return place(entries_.size() - 1);
    slots_.assign(std::bit_ceil(2 * entries_.size() + 1), 0);
    for (std::size_t i = 0; i < entries_.size(); ++i) place(i);
  }

  struct Entry {
    std::uint32_t hash;
    dns::Name suffix;
    Value value;
  };

  /// Null if no suffix matches.
  const Value* longest(const dns::Name& name) const {
    const auto* entry = longest_entry(name);
    return entry == nullptr ? nullptr : &entry->value;
  }
  /// The same, with the suffix.
  const Entry* longest_entry(const dns::Name& name) const {
    if (!last_labels_.test(dns::SuffixHashes::of_last_label(name) % last_labels_.size()))
      return root_ ? &entries_[*root_] : nullptr;
    const dns::SuffixHashes suffixes(name);
    for (std::size_t skipped = 0; skipped <= suffixes.label_count(); ++skipped) {
      if (const auto* found = find(suffixes, skipped)) return found;
    }
    return nullptr;
  }

 private:
  void place(std::size_t entry) {
    std::size_t slot = entries_[entry].hash & (slots_.size() - 1);
    while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = static_cast<std::uint32_t>(entry + 1);
  }

  const Entry* find(const dns::SuffixHashes& name, std::size_t skipped) const {
    if (slots_.empty()) return nullptr;
    const auto hash = name.hash(skipped);
    for (std::size_t slot = hash & (slots_.size() - 1); slots_[slot] != 0;
         slot = (slot + 1) & (slots_.size() - 1)) {
      const Entry& entry = entries_[slots_[slot] - 1];
      if (entry.hash == hash && dns::equal_ignoring_case(entry.suffix.wire(), name.suffix(skipped)))
        return &entry;
    }
    return nullptr;
  }

  std::vector<Entry> entries_;
  std::optional<std::size_t> root_;   // its place in `entries_`
  std::bitset<1024> last_labels_;     // of all entries but the root, by their hashes
  std::vector<std::uint32_t> slots_;  // open addressing: place in `entries_` + 1, 0 is free
};

}  // namespace tributary::policy
