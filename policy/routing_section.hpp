#pragma once

#include "policy/config.hpp"
#include "policy/config_fields.hpp"
#include "policy/upstream_section.hpp"

namespace tributary::policy {

/// Reads `groups` and `routes` into `config`, whose upstreams are read already, and completes them: a route
/// for the root, a group of one for each upstream that a route names, and the origins of zones that only
/// their route tells. `file` is what errors about missing things are about.
void read_routing(const Section& root, const Field& file, const UpstreamSection& upstreams, Config& config);

}  // namespace tributary::policy
