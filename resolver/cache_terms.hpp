#pragma once

#include "cache/dump_format.hpp"
#include "policy/config.hpp"

namespace tributary::resolver {

/// What a configuration says about the answers in a cache: what their numbers mean, and fingerprints of what
/// they depend on. Two headers agree about a group if answers of the one may be served by the other: it has
/// the same upstreams, at the same addresses. `config` has no `system` upstreams any more. A pure function.
///
/// `group_numbers`: what keys of the cache name the groups by, in the order of the configuration.
cache::DumpHeader cache_terms(const policy::Config& config, const std::vector<std::uint16_t>& group_numbers,
                              const cache::HostTime& now);

}  // namespace tributary::resolver
