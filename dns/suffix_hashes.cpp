#include "dns/suffix_hashes.hpp"

#include "dns/octets.hpp"

namespace tributary::dns {
namespace {

// FNV-1a, 32 bits.
constexpr std::uint32_t basis = 2166136261;
constexpr std::uint32_t prime = 16777619;

}  // namespace

SuffixHashes::SuffixHashes(const Name& name) : wire_(name.wire()) {
  std::size_t at = 0;
  for (; wire_[at] != 0; at += wire_[at] + std::size_t{1}) starts_[count_++] = static_cast<std::uint8_t>(at);
  starts_[count_] = static_cast<std::uint8_t>(at);
  std::uint32_t hash = hashes_[count_] = basis;
  for (std::size_t label = count_; label-- > 0;) {
    for (const auto octet : wire_.subspan(starts_[label], wire_[starts_[label]] + std::size_t{1}))
      hash = (hash ^ lower_case(octet)) * prime;
    hashes_[label] = hash;
  }
}

}  // namespace tributary::dns
