#include <algorithm>
#include <iterator>

#include "policy/decide.hpp"
#include "policy/suffix_map.hpp"

namespace tributary::policy {
namespace {

std::size_t group_index(const Config& config, const std::string& name) {
  return static_cast<std::size_t>(std::ranges::find(config.groups, name, &GroupConfig::name) -
                                  config.groups.begin());
}

}  // namespace

struct Policy::Tables {
  std::vector<Prefix> allow;
  std::vector<dns::Zone> zones;
  SuffixMap<Decision> decisions;  // points into `zones`

  /// The parent answers DS queries, the zone itself would not know (RFC 4035 §3.1.4.1). The root has no
  /// parent.
  const auto& entry_for(const dns::Question& question) const {
    const bool above = question.type == dns::Type::DS;
    return *decisions.longest_entry(above ? question.name.parent() : question.name);
  }
};

Policy::Policy(const Config& config) : tables_(std::make_unique<Tables>()) {
  tables_->allow = config.allow;
  const bool validates = config.dnssec.mode != DnssecMode::off;
  for (const auto& route : config.routes)
    tables_->decisions.add(route.suffix,
                           Forward{group_index(config, route.group), validates && route.validate});
  tables_->zones = special_zones();
  for (const auto& zone : tables_->zones) {
    const auto covers = [&zone](const RouteConfig& route) {
      return !route.suffix.is_root() && zone.origin().is_within(route.suffix);
    };
    if (std::ranges::none_of(config.routes, covers))
      tables_->decisions.add(zone.origin(), AnswerLocally{&zone});
  }
}

Policy::~Policy() = default;
Policy::Policy(Policy&&) noexcept = default;
Policy& Policy::operator=(Policy&&) noexcept = default;

bool Policy::admits(const asio::ip::address& client) const {
  return std::ranges::any_of(tables_->allow, [&](const Prefix& prefix) { return prefix.contains(client); });
}

Decision Policy::decide(const asio::ip::address& client, const dns::Question& question) const {
  if (!admits(client)) return Refuse{};
  return route(question);
}

Decision Policy::route(const dns::Question& question) const {
  return tables_->entry_for(question).value;
}

const dns::Name& Policy::deciding_suffix(const dns::Question& question) const {
  return tables_->entry_for(question).suffix;
}

}  // namespace tributary::policy
