#include "policy/group_section.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>

#include "policy/quote.hpp"
#include "policy/upstream_section.hpp"

namespace tributary::policy {
namespace {

using Names = std::vector<std::string>;

Names names_of(const std::vector<UpstreamConfig>& upstreams) {
  Names names;
  std::ranges::transform(upstreams, std::back_inserter(names), &UpstreamConfig::name);
  return names;
}

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

using Kinds = std::initializer_list<StrategyKind>;

const std::initializer_list<std::pair<std::string_view, StrategyKind>> strategies = {
    {"hedge", StrategyKind::hedge},     {"race", StrategyKind::race},
    {"rotate", StrategyKind::rotate},   {"failover", StrategyKind::failover},
    {"fastest", StrategyKind::fastest}, {"consensus", StrategyKind::consensus},
};

std::string word_for(StrategyKind strategy) {
  return std::string(to_text(strategy));
}

/// Complains of a key that only `owners` understand in a group with another strategy.
void check_fit(const NamedField& field, StrategyKind strategy, Kinds owners) {
  if (std::ranges::find(owners, strategy) != owners.end()) return;
  std::string takers;
  for (const auto owner : owners) takers += (takers.empty() ? "" : " and ") + word_for(owner);
  field.complain_of_name(quote(field.name()) + " does not fit " + word_for(strategy) + "; only " + takers +
                         (owners.size() == 1 ? " takes it" : " take it"));
}

RotateOrder read_order(const NamedField& field) {
  return field
      .one_of<RotateOrder>({{"weighted_random", RotateOrder::weighted_random},
                            {"round_robin", RotateOrder::round_robin},
                            {"hash", RotateOrder::hash}})
      .value_or(RotateOrder::weighted_random);
}

/// A number of the group that cannot be more than there are `things`: `most` of them. 0 if it is wrong.
std::size_t read_count(const NamedField& field, std::string_view path, std::size_t most,
                       const std::string& things) {
  const auto count = field.number(limits_of(path));
  if (count && most != 0 && *count > most)
    field.complain(quote(std::to_string(*count)) + " is more than the " + things + ", " +
                   std::to_string(most));
  return count.value_or(0);
}

std::size_t count_operators(const Names& members, const std::vector<UpstreamConfig>& upstreams) {
  std::set<std::string> operators;
  for (const auto& upstream : upstreams)
    if (contains(members, upstream.name)) operators.insert(upstream.operator_name);
  return operators.size();
}

void read_race(const Section& section, GroupConfig& group) {
  if (const auto* width = section.find("width"))
    group.width = read_count(*width, "groups.*.width", group.upstreams.size(), "upstreams of the group");
}

/// Voices count here, and two upstreams of one operator are one.
void read_consensus(const Section& section, const NamedField& strategy, std::size_t operators,
                    GroupConfig& group) {
  const std::string things = "operators of the group's upstreams";
  group.quorum = limits_of("groups.*.quorum").fallback;
  if (const auto* quorum = section.find("quorum")) {
    group.quorum = read_count(*quorum, "groups.*.quorum", operators, things);
  } else if (operators != 0 && operators < group.quorum) {
    strategy.complain("\"consensus\" needs upstreams of at least " + std::to_string(group.quorum) +
                      " operators; the group has " + std::to_string(operators) + ": add others");
  }
  group.width = std::min<std::size_t>(
      {group.quorum + 1, std::max(operators, group.quorum), limits_of("groups.*.width").most});
  const auto* width = section.find("width");
  if (width == nullptr) return;
  group.width = read_count(*width, "groups.*.width", operators, things);
  if (group.width != 0 && group.width < group.quorum)
    width->complain(quote(std::to_string(group.width)) + " is less than the quorum, " +
                    std::to_string(group.quorum));
}

void check_keys(const Section& section, StrategyKind strategy) {
  const auto check = [&](std::string_view key, Kinds owners) {
    if (const auto* field = section.find(key)) check_fit(*field, strategy, owners);
  };
  check("width", {StrategyKind::race, StrategyKind::consensus});
  check("quorum", {StrategyKind::consensus});
  check("order", {StrategyKind::rotate});
  const auto* uniform = section.find("uniform");
  if (uniform != nullptr && strategy == StrategyKind::consensus)
    uniform->complain_of_name(quote(uniform->name()) +
                              " does not fit consensus, where a denial needs the same quorum as an answer: "
                              "remove it");
}

void read_strategy(const Section& section, const std::vector<UpstreamConfig>& upstreams, GroupConfig& group) {
  const auto* field = section.find("strategy");
  if (field != nullptr) {
    const auto strategy = field->one_of<StrategyKind>(strategies);
    if (!strategy) return;  // which keys fit cannot be told
    group.strategy = *strategy;
  }
  check_keys(section, group.strategy);
  if (group.strategy == StrategyKind::consensus) {
    read_consensus(section, *field, count_operators(group.upstreams, upstreams), group);
  } else {
    read_race(section, group);
  }
  if (const auto* order = section.find("order")) group.order = read_order(*order);
}

/// The name, if it is that of a zone.
std::string read_fallback(const NamedField& field, const std::vector<UpstreamConfig>& upstreams) {
  const auto name = field.text();
  if (!name) return {};
  const auto found = std::ranges::find(upstreams, *name, &UpstreamConfig::name);
  if (found == upstreams.end()) {
    field.complain(unknown_word(*name, "is no upstream", names_of(upstreams)));
  } else if (found->scheme != UpstreamScheme::zone) {
    field.complain(quote(*name) +
                   " is no zone; what is to work without a network needs a url like zone:FILE");
  }
  return *name;
}

GroupConfig read_group(const NamedField& field, const std::vector<UpstreamConfig>& upstreams) {
  const Section section(field, {"upstreams", "strategy", "width", "quorum", "order", "uniform", "fallback"});
  GroupConfig group;
  group.name = field.name();
  group.upstreams = read_members(section, names_of(upstreams));
  read_strategy(section, upstreams, group);
  if (const auto* uniform = section.find("uniform")) group.uniform = uniform->truth().value_or(true);
  if (const auto* fallback = section.find("fallback")) group.fallback = read_fallback(*fallback, upstreams);
  return group;
}

}  // namespace

std::string_view to_text(StrategyKind strategy) {
  return std::ranges::find(strategies, strategy, [](const auto& one) { return one.second; })->first;
}

std::vector<GroupConfig> read_groups(const Section& root, const std::vector<UpstreamConfig>& upstreams) {
  std::vector<GroupConfig> groups;
  const auto* field = root.find("groups");
  if (field == nullptr) return groups;
  for (const auto& entry : field->entries()) {
    check_name(entry);
    if (contains(names_of(upstreams), entry.name()))
      entry.complain_of_name(quote(entry.name()) + " is the name of an upstream; give the group another");
    groups.push_back(read_group(entry, upstreams));
  }
  return groups;
}

}  // namespace tributary::policy
