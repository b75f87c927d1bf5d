#include "dns/suffix_hashes.hpp"

#include "dns/octets.hpp"

namespace tributary::dns {
namespace {

// FNV-1a, 32 bits.
constexpr std::uint32_t basis = 2166136261;
constexpr std::uint32_t prime = 16777619;

/// `label` with its length octet in front of what `hash` stands for.
std::uint32_t extended(std::uint32_t hash, std::span<const std::uint8_t> label) {
  for (const auto octet : label) hash = (hash ^ lower_case(octet)) * prime;
  return hash;
}

}  // namespace

SuffixHashes::SuffixHashes(const Name& name) : wire_(name.wire()) {
  std::size_t at = 0;
  for (; wire_[at] != 0; at += wire_[at] + std::size_t{1}) starts_[count_++] = static_cast<std::uint8_t>(at);
  starts_[count_] = static_cast<std::uint8_t>(at);
  std::uint32_t hash = hashes_[count_] = basis;
  for (std::size_t label = count_; label-- > 0;) {
    hash = extended(hash, wire_.subspan(starts_[label], wire_[starts_[label]] + std::size_t{1}));
    hashes_[label] = hash;
  }
}

std::uint32_t SuffixHashes::of_last_label(const Name& name) {
  const auto wire = name.wire();
  std::size_t last = 0;
  for (std::size_t at = 0; wire[at] != 0; at += wire[at] + std::size_t{1}) last = at;
  return extended(basis, wire.subspan(last, wire[last] == 0 ? 0 : wire[last] + std::size_t{1}));
}

}  // namespace tributary::dns
