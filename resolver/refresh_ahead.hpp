#pragma once

#include "base/random.hpp"
#include "cache/entry.hpp"

namespace tributary::resolver {

/// Whether a hit falls into the last tenth of the life of its entry. `age`: of the entry, in whole seconds.
inline bool near_expiry(const cache::EntryView& entry, std::uint32_t age) {
  return 10 * std::uint64_t{age} >= 9 * static_cast<std::uint64_t>(entry.lifetime().count());
}

/// Whether this hit, near expiry, is the one after which the entry is asked for anew: of entries that live 10
/// s or longer and were hit at least twice, once in their life, with a probability that grows towards their
/// end, so that entries stored together are not refreshed together. Claims the refresh.
bool claims_refresh(const cache::EntryView& entry, std::uint32_t age, Random& random);

}  // namespace tributary::resolver
