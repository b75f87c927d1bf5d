#include "policy/routing_section.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <unordered_map>

#include "policy/group_section.hpp"
#include "policy/quote.hpp"

namespace tributary::policy {
namespace {

using Names = std::vector<std::string>;

constexpr std::string_view default_group = "default";

template <typename Named>
Names names_of(const std::vector<Named>& things) {
  Names names;
  std::ranges::transform(things, std::back_inserter(names), &Named::name);
  return names;
}

/// Routes whose suffix and group are good; the lines of the suffixes, to tell of repeated ones.
class RouteReader {
 public:
  explicit RouteReader(Names destinations) : destinations_(std::move(destinations)) {}

  std::optional<RouteConfig> read(const Field& field) {
    const Section section(field, {"suffix", "group", "dnssec"});
    const auto* suffix_field = section.require("suffix", "add a domain name, or \".\" for all");
    const auto* group_field = section.require("group", "add the name of a group or an upstream");
    const auto suffix = suffix_field ? read_suffix(*suffix_field) : std::nullopt;
    const auto group = group_field ? read_group(*group_field) : std::nullopt;
    const auto* dnssec = section.find("dnssec");
    const bool validate =
        !dnssec || dnssec->one_of<bool>({{"validate", true}, {"off", false}}).value_or(true);
    if (!suffix || !group) return std::nullopt;
    return RouteConfig{*suffix, *group, validate};
  }

 private:
  std::optional<dns::Name> read_suffix(const Field& field) {
    const auto suffix = field.domain_name();
    if (!suffix) return std::nullopt;
    if (suffix->is_wildcard())
      field.complain(quote(suffix->to_text()) +
                     " is a wildcard; a suffix covers what is below it anyway: write " +
                     suffix->parent().to_text());
    const auto [first, is_new] = lines_.emplace(*suffix, field.place().line);
    if (!is_new)
      field.complain(quote(suffix->to_text()) + " has a route already, on line " +
                     std::to_string(first->second));
    return suffix;
  }

  std::optional<std::string> read_group(const Field& field) const {
    auto name = field.text();
    if (name && std::ranges::find(destinations_, *name) == destinations_.end())
      field.complain(unknown_word(*name, "is no group or upstream", destinations_));
    return name;
  }

  Names destinations_;
  std::unordered_map<dns::Name, std::size_t, dns::NameHash> lines_;
};

std::vector<RouteConfig> read_routes(const Section& root, const Config& config) {
  std::vector<RouteConfig> routes;
  const auto* field = root.find("routes");
  if (field == nullptr) return routes;
  auto destinations = names_of(config.groups);
  std::ranges::move(names_of(config.upstreams), std::back_inserter(destinations));
  RouteReader reader(std::move(destinations));
  for (const auto& item : field->items()) {
    if (auto route = reader.read(item)) routes.push_back(std::move(*route));
  }
  return routes;
}

/// The group that is made of all upstreams when the file names neither groups nor routes.
GroupConfig group_of_all(const std::vector<UpstreamConfig>& upstreams) {
  GroupConfig group;
  group.name = default_group;
  for (const auto& upstream : upstreams) {
    if (upstream.scheme != UpstreamScheme::zone) group.upstreams.push_back(upstream.name);
  }
  return group;
}

bool can_be_group(const GroupConfig& group, const Config& config) {
  return !group.upstreams.empty() &&
         std::ranges::find(config.upstreams, group.name, &UpstreamConfig::name) == config.upstreams.end();
}

void complain_of_missing_root(const Section& root, const Field& file, const Config& config) {
  const auto& names = config.groups.empty() ? names_of(config.upstreams) : names_of(config.groups);
  std::string message = "no route for the root; add { suffix: \".\", group: NAME }, NAME being one of";
  for (const auto& name : names) message.append(&name == &names.front() ? " " : ", ").append(name);
  const auto* routes = root.find("routes");
  routes ? routes->complain(message) : file.complain(message);
}

/// Where names go that no route names: to the only group, the only upstream, or all upstreams.
void add_root_route(const Section& root, const Field& file, Config& config) {
  if (std::ranges::any_of(config.routes, &dns::Name::is_root, &RouteConfig::suffix)) return;
  if (config.groups.size() == 1) {
    config.routes.push_back({dns::Name(), config.groups.front().name});
  } else if (config.groups.empty() && config.upstreams.size() == 1) {
    config.routes.push_back({dns::Name(), config.upstreams.front().name});
  } else if (auto all = group_of_all(config.upstreams);
             config.groups.empty() && config.routes.empty() && can_be_group(all, config)) {
    config.routes.push_back({dns::Name(), all.name});
    config.groups.push_back(std::move(all));
  } else {
    complain_of_missing_root(root, file, config);
  }
}

void add_groups_of_one(Config& config) {
  for (const auto& route : config.routes) {
    if (std::ranges::find(config.groups, route.group, &GroupConfig::name) != config.groups.end()) continue;
    GroupConfig group;
    group.name = route.group;
    group.upstreams = {route.group};
    config.groups.push_back(std::move(group));
  }
}

bool leads_to(const Config& config, const RouteConfig& route, const std::string& upstream) {
  const auto group = std::ranges::find(config.groups, route.group, &GroupConfig::name);
  return group->fallback == upstream ||
         std::ranges::find(group->upstreams, upstream) != group->upstreams.end();
}

void find_origin(Config& config, const ZoneWithoutOrigin& zone) {
  auto& upstream = config.upstreams[zone.upstream];
  std::vector<dns::Name> suffixes;
  for (const auto& route : config.routes) {
    if (leads_to(config, route, upstream.name)) suffixes.push_back(route.suffix);
  }
  if (suffixes.size() == 1) {
    upstream.zone_origin = suffixes.front();
  } else {
    zone.field.complain(suffixes.empty() ? "has no \"origin\", and no route leads here that would tell it"
                                         : "has no \"origin\", and several routes lead here");
  }
}

}  // namespace

void read_routing(const Section& root, const Field& file, const UpstreamSection& upstreams, Config& config) {
  const std::size_t complaints = file.complaint_count();
  config.upstreams = upstreams.upstreams;
  config.groups = read_groups(root, config.upstreams);
  config.routes = read_routes(root, config);
  // What follows would only repeat in other words what is wrong already.
  if (file.complaint_count() != complaints) return;
  add_root_route(root, file, config);
  add_groups_of_one(config);
  for (const auto& zone : upstreams.zones_without_origin) find_origin(config, zone);
}

}  // namespace tributary::policy
