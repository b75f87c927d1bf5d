#pragma once

#include <cstdint>
#include <vector>

#include "cache/dump_format.hpp"
#include "policy/config.hpp"

namespace tributary::resolver {

/// What the cache names groups and upstreams by; both in the order of the configuration.
struct CacheNumbers {
  std::vector<std::uint16_t> groups;            ///< In keys.
  std::vector<cache::UpstreamPlace> upstreams;  ///< In entries; several may have none.
};

/// What a configuration says about the answers in a cache: what their numbers mean, and fingerprints of what
/// they depend on. Two headers agree about a group if answers of the one may be served by the other: it has
/// the same upstreams, at the same addresses. `config` has no `system` upstreams any more. A pure function.
cache::DumpHeader cache_terms(const policy::Config& config, const CacheNumbers& numbers,
                              const cache::HostTime& now);

}  // namespace tributary::resolver
