#include "policy/group_section.hpp"

#include <algorithm>

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

void read_strategy(const Section& section, GroupConfig& group) {
  if (const auto* strategy = section.find("strategy"))
    group.strategy =
        strategy->one_of<StrategyKind>({{"race", StrategyKind::race}, {"rotate", StrategyKind::rotate}})
            .value_or(group.strategy);

  if (const auto* order = section.find("order")) {
    if (group.strategy != StrategyKind::rotate)
      order->complain_of_name("\"order\" does not fit race; only rotate takes it");
    group.order = order
                      ->one_of<RotateOrder>({{"weighted_random", RotateOrder::weighted_random},
                                             {"round_robin", RotateOrder::round_robin}})
                      .value_or(group.order);
  }
}

void read_width(const Section& section, GroupConfig& group) {
  const auto& limits = limits_of("groups.*.width");
  const std::size_t members = group.upstreams.size();
  const auto* width = section.find("width");
  if (width == nullptr) {
    group.width = std::min<std::size_t>(limits.fallback, members);
    return;
  }
  if (group.strategy != StrategyKind::race)
    width->complain_of_name("\"width\" does not fit rotate; only race takes it");
  const auto value = width->number(limits);
  if (!value) return;
  group.width = *value;
  if (members != 0 && group.width > members)
    width->complain(quote(std::to_string(group.width)) + " is more than the upstreams of the group, " +
                    std::to_string(members));
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
    const Section section(entry, {"upstreams", "strategy", "width", "order", "uniform"});
    GroupConfig group;
    group.name = entry.name();
    group.upstreams = read_members(section, upstreams);
    read_strategy(section, group);
    read_width(section, group);
    if (const auto* uniform = section.find("uniform")) group.uniform = uniform->truth().value_or(true);
    groups.push_back(std::move(group));
  }
  return groups;
}

}  // namespace tributary::policy
