#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>

#include "policy/config.hpp"

namespace tributary::policy {

/// The words that the configuration has for strategies.
std::initializer_list<std::pair<std::string_view, StrategyKind>> strategy_words();
std::string_view to_text(StrategyKind strategy);
/// Nothing if there is no such strategy.
std::optional<StrategyKind> parse_strategy(std::string_view word);

/// How an upstream is asked: "udp", "https", "zone".
std::string_view to_text(UpstreamScheme scheme);

/// "validate", "permissive" or "off".
std::string_view to_text(DnssecMode mode);

}  // namespace tributary::policy
