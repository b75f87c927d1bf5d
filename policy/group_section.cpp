#include "policy/group_section.hpp"

#include <algorithm>
#include <optional>

#include "policy/quote.hpp"
#include "policy/upstream_section.hpp"

namespace tributary::policy {
namespace {

using Names = std::vector<std::string>;

bool contains(const Names& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

Names read_members(const Section& section, const Names& upstreams) {
  Names members;
  const auto* field = section.require("upstreams", "add the names of its upstreams");
  if (field == nullptr) return members;
  for (const auto& item : field->items()) {
    const auto name = item.text();
    if (!name) continue;
    if (!contains(upstreams, *name)) item.complain(unknown_word(*name, "is no upstream", upstreams));
    if (contains(members, *name)) item.complain(quote(*name) + " is in this list already");
    members.push_back(*name);
  }
  return members;
}

/// Complains of a key that only `owner` understands in a group with another strategy.
void check_fit(const NamedField& field, StrategyKind strategy, StrategyKind owner) {
  if (strategy == owner) return;
  const bool race = owner == StrategyKind::race;
  field.complain_of_name(quote(field.name()) + " does not fit " + (race ? "rotate" : "race") + "; only " +
                         (race ? "race" : "rotate") + " takes it");
}

/// Nothing if it is misspelt: which keys fit it cannot be told then.
std::optional<StrategyKind> read_strategy(const Section& section) {
  const auto* field = section.find("strategy");
  if (field == nullptr) return StrategyKind::race;
  return field->one_of<StrategyKind>({{"race", StrategyKind::race}, {"rotate", StrategyKind::rotate}});
}

RotateOrder read_order(const NamedField& field) {
  return field
      .one_of<RotateOrder>(
          {{"weighted_random", RotateOrder::weighted_random}, {"round_robin", RotateOrder::round_robin}})
      .value_or(RotateOrder::weighted_random);
}

std::size_t read_width(const NamedField& field, std::size_t members) {
  const auto width = field.number(limits_of("groups.*.width"));
  if (width && members != 0 && *width > members)
    field.complain(quote(std::to_string(*width)) + " is more than the upstreams of the group, " +
                   std::to_string(members));
  return width.value_or(0);
}

GroupConfig read_group(const NamedField& field, const Names& upstreams) {
  const Section section(field, {"upstreams", "strategy", "width", "order", "uniform"});
  GroupConfig group;
  group.name = field.name();
  group.upstreams = read_members(section, upstreams);
  const auto strategy = read_strategy(section);
  group.strategy = strategy.value_or(StrategyKind::race);
  group.width = std::min<std::size_t>(limits_of("groups.*.width").fallback, group.upstreams.size());
  if (const auto* width = section.find("width")) {
    if (strategy) check_fit(*width, *strategy, StrategyKind::race);
    group.width = read_width(*width, group.upstreams.size());
  }
  if (const auto* order = section.find("order")) {
    if (strategy) check_fit(*order, *strategy, StrategyKind::rotate);
    group.order = read_order(*order);
  }
  if (const auto* uniform = section.find("uniform")) group.uniform = uniform->truth().value_or(true);
  return group;
}

}  // namespace

std::vector<GroupConfig> read_groups(const Section& root, const Names& upstreams) {
  std::vector<GroupConfig> groups;
  const auto* field = root.find("groups");
  if (field == nullptr) return groups;
  for (const auto& entry : field->entries()) {
    check_name(entry);
    if (contains(upstreams, entry.name()))
      entry.complain_of_name(quote(entry.name()) + " is the name of an upstream; give the group another");
    groups.push_back(read_group(entry, upstreams));
  }
  return groups;
}

}  // namespace tributary::policy
