#include "resolver/daemon/system_servers.hpp"

#include <algorithm>
#include <iterator>

#include "policy/own_address.hpp"

namespace tributary::resolver {
namespace {

using policy::SocketAddress;
using policy::UpstreamConfig;

/// Why a server cannot be asked; null if it can.
const char* unfit(const SocketAddress& server, const std::vector<policy::ListenConfig>& own) {
  if (policy::listener_at(server, own) != nullptr) return "Tributary itself listens there";
  const bool link_local = server.address.is_v6() && server.address.to_v6().is_link_local();
  const bool placed = link_local && server.address.to_v6().scope_id() != 0;
  return link_local && !placed ? "a link-local address without its interface" : nullptr;
}

void replace_in_groups(policy::Config& config, const std::string& name, const std::vector<std::string>& by) {
  for (auto& group : config.groups) {
    const auto place = std::ranges::find(group.upstreams, name);
    if (place == group.upstreams.end()) continue;
    group.upstreams.insert(group.upstreams.erase(place), by.begin(), by.end());
  }
}

/// NAME-1, NAME-2 and so on.
std::vector<UpstreamConfig> one_for_each(const std::vector<SocketAddress>& servers,
                                         const UpstreamConfig& system) {
  std::vector<UpstreamConfig> out;
  for (const auto& server : servers) {
    UpstreamConfig each = system;
    each.name = system.name + "-" + std::to_string(out.size() + 1);
    if (system.operator_name == system.name) each.operator_name = each.name;
    each.scheme = policy::UpstreamScheme::udp;
    each.address = server;
    out.push_back(std::move(each));
  }
  return out;
}

}  // namespace

SystemServers system_servers(const policy::ResolvConf& file, const std::vector<policy::ListenConfig>& own) {
  SystemServers out;
  for (const auto& server : file.servers) {
    if (const auto* why = unfit(server, own)) {
      out.left_out.push_back("/etc/resolv.conf: " + server.to_text() + " is left out: " + why);
    } else {
      out.usable.push_back(server);
    }
  }
  return out;
}

bool expand_system_upstreams(policy::Config& config, const std::vector<SocketAddress>& servers) {
  std::vector<UpstreamConfig> expanded;
  bool found = false;
  for (auto& upstream : config.upstreams) {
    if (upstream.scheme != policy::UpstreamScheme::system) {
      expanded.push_back(std::move(upstream));
      continue;
    }
    auto members = one_for_each(servers, upstream);
    std::vector<std::string> names;
    for (const auto& member : members) names.push_back(member.name);
    replace_in_groups(config, upstream.name, names);
    std::ranges::move(members, std::back_inserter(expanded));
    found = true;
  }
  config.upstreams = std::move(expanded);
  return found;
}

}  // namespace tributary::resolver
