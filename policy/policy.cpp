#include <algorithm>
#include <iterator>
#include <unordered_map>

#include "policy/decide.hpp"

namespace tributary::policy {
namespace {

/// What belongs to the longest suffix of a name.
template <typename Value>
class SuffixMap {
 public:
  struct Match {
    const Value* value = nullptr;  // null: no suffix matches
    bool is_root = false;          // only the root's does
  };

  void add(const dns::Name& suffix, Value value) {
    values_.emplace(suffix, std::move(value));
    most_labels_ = std::max(most_labels_, suffix.label_count());
  }

  /// From the full name upwards, but not below the longest suffix there is.
  Match longest(const dns::Name& name) const {
    dns::Name suffix = name.suffix(std::min(name.label_count(), most_labels_));
    while (true) {
      if (const auto found = values_.find(suffix); found != values_.end())
        return {&found->second, suffix.is_root()};
      if (suffix.is_root()) return {};
      suffix = suffix.parent();
    }
  }

 private:
  std::unordered_map<dns::Name, Value, dns::NameHash> values_;
  std::size_t most_labels_ = 0;
};

std::size_t group_index(const Config& config, const std::string& name) {
  return static_cast<std::size_t>(std::ranges::find(config.groups, name, &GroupConfig::name) -
                                  config.groups.begin());
}

/// The parent answers DS queries, the zone itself would not know (RFC 4035 §3.1.4.1). The root has no parent.
dns::Name routed_name(const dns::Question& question) {
  return question.type == dns::Type::DS ? question.name.parent() : question.name;
}

}  // namespace

struct Policy::Tables {
  std::vector<Prefix> allow;
  SuffixMap<Forward> routes;
  std::vector<dns::Zone> zones;
  SuffixMap<AnswerLocally> special;  // points into `zones`
};

Policy::Policy(const Config& config) : tables_(std::make_unique<Tables>()) {
  tables_->allow = config.allow;
  for (const auto& route : config.routes)
    tables_->routes.add(route.suffix, {group_index(config, route.group)});
  tables_->zones = special_zones();
  for (const auto& zone : tables_->zones) tables_->special.add(zone.origin(), {&zone});
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
  const dns::Name name = routed_name(question);
  const auto route = tables_->routes.longest(name);
  if (!route.is_root) return *route.value;
  if (const auto special = tables_->special.longest(name); special.value) return *special.value;
  return *route.value;
}

}  // namespace tributary::policy
