#include "resolver/daemon/probe_questions.hpp"

#include <algorithm>

namespace tributary::resolver {
namespace {

/// The suffixes of the routes that lead to `upstream`.
std::vector<dns::Name> suffixes_of(const policy::Config& config, const std::string& upstream) {
  std::vector<dns::Name> out;
  for (const auto& route : config.routes) {
    const auto group = std::ranges::find(config.groups, route.group, &policy::GroupConfig::name);
    if (group == config.groups.end()) continue;
    if (std::ranges::find(group->upstreams, upstream) != group->upstreams.end()) out.push_back(route.suffix);
  }
  return out;
}

}  // namespace

std::vector<dns::Question> probe_questions(const policy::Config& config) {
  std::vector<dns::Question> questions;
  for (const auto& upstream : config.upstreams) {
    const auto suffixes = suffixes_of(config, upstream.name);
    if (suffixes.empty() || std::ranges::any_of(suffixes, &dns::Name::is_root)) {
      questions.push_back({dns::Name(), dns::Type::NS, dns::Class::IN});
    } else {
      questions.push_back({suffixes.front(), dns::Type::SOA, dns::Class::IN});
    }
  }
  return questions;
}

}  // namespace tributary::resolver
