#include "resolver/daemon/resolv_conf_problems.hpp"

#include <algorithm>

#include "policy/own_address.hpp"

namespace tributary::resolver {
namespace {

Status::Problem nobody_to_ask(const policy::GroupConfig& group, const policy::Config& config) {
  return {
      "group " + group.name +
          " has nobody to ask: /etc/resolv.conf named no other server than Tributary itself when it was read",
      "put the network's server into " + config.file.string() +
          R"(, as in upstreams: { network: { url: "udp://192.168.1.1" } }, then: tributary reload)"};
}

/// Since version 2.31 the GNU C library clears AD unless it is told that all servers can be trusted.
bool hides_validation(const policy::ResolvConf& file, const policy::Config& config) {
  if (file.trust_ad || file.servers.empty() || config.dnssec.mode == policy::DnssecMode::off) return false;
  return std::ranges::all_of(file.servers, [&config](const auto& server) {
    return policy::listener_at(server, config.listen) != nullptr;
  });
}

}  // namespace

std::vector<Status::Problem> resolv_conf_problems(const policy::ResolvConf& file,
                                                  const policy::Config& config) {
  std::vector<Status::Problem> out;
  for (const auto& group : config.groups)
    if (group.upstreams.empty()) out.push_back(nobody_to_ask(group, config));
  if (hides_validation(file, config))
    out.push_back(
        {"programs do not see which answers were validated: /etc/resolv.conf lacks \"options trust-ad\", "
         "so the C library clears the AD flag",
         "echo 'options edns0 trust-ad' >> /etc/resolv.conf"});
  return out;
}

}  // namespace tributary::resolver
