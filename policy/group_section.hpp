#pragma once

#include <string_view>
#include <vector>

#include "policy/config.hpp"
#include "policy/config_fields.hpp"

namespace tributary::policy {

/// Reads `groups`, whose members and zones to fall back on are among `upstreams`. Groups with errors are
/// there too, so that their names are known.
std::vector<GroupConfig> read_groups(const Section& root, const std::vector<UpstreamConfig>& upstreams);

/// "hedge", "race", …
std::string_view to_text(StrategyKind strategy);

}  // namespace tributary::policy
