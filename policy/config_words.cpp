#include "policy/config_words.hpp"

#include <algorithm>

namespace tributary::policy {
namespace {

const std::initializer_list<std::pair<std::string_view, StrategyKind>> strategies = {
    {"hedge", StrategyKind::hedge},     {"race", StrategyKind::race},
    {"rotate", StrategyKind::rotate},   {"failover", StrategyKind::failover},
    {"fastest", StrategyKind::fastest}, {"consensus", StrategyKind::consensus},
};

}  // namespace

std::initializer_list<std::pair<std::string_view, StrategyKind>> strategy_words() {
  return strategies;
}

std::string_view to_text(StrategyKind strategy) {
  return std::ranges::find(strategies, strategy, [](const auto& one) { return one.second; })->first;
}

std::optional<StrategyKind> parse_strategy(std::string_view word) {
  const auto* found = std::ranges::find(strategies, word, [](const auto& one) { return one.first; });
  return found == strategies.end() ? std::nullopt : std::optional(found->second);
}

std::string_view to_text(UpstreamScheme scheme) {
  switch (scheme) {
    case UpstreamScheme::udp:
      return "udp";
    case UpstreamScheme::tcp:
      return "tcp";
    case UpstreamScheme::https:
      return "https";
    case UpstreamScheme::authority:
      return "authority";
    case UpstreamScheme::zone:
      return "zone";
    case UpstreamScheme::system:
      return "system";
  }
  return "";
}

std::string_view to_text(DnssecMode mode) {
  switch (mode) {
    case DnssecMode::validate:
      return "validate";
    case DnssecMode::permissive:
      return "permissive";
    case DnssecMode::off:
      return "off";
  }
  return "";
}

}  // namespace tributary::policy
