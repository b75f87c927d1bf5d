#include "resolver/admin/status.hpp"

namespace tributary::resolver {
namespace {

using Problems = std::vector<Status::Problem>;

std::string remedy_of(const Status::Upstream& upstream) {
  if (upstream.disabled) return "tributary upstream enable " + upstream.name;
  if (upstream.url.starts_with("https:"))
    return "is port 443 open, and DNS over HTTPS not blocked on this network? To ask it now: tributary "
           "upstream probe " +
           upstream.name;
  return "is its address right, and port 53 open? To ask it now: tributary upstream probe " + upstream.name;
}

void find_in(const Status::Upstream& upstream, Problems& out) {
  if (upstream.state == "open" || upstream.disabled)
    out.push_back({"upstream " + upstream.name + " is " + upstream.state +
                       (upstream.reason && !upstream.disabled ? ": " + *upstream.reason : std::string()),
                   remedy_of(upstream)});
  if (!upstream.validates)
    out.push_back(
        {"upstream " + upstream.name + " gives replies that fail validation",
         "it may strip DNSSEC or forge; use another, or tributary upstream disable " + upstream.name});
}

void find_in(const Status::Clock& clock, Problems& out) {
  if (clock.state != "bad") return;
  out.push_back({"the clock is wrong, or nobody vouches for it: dates of signatures are not checked",
                 "synchronize it, as with: timedatectl set-ntp true"});
}

}  // namespace

std::vector<Status::Problem> problems_of(const Status& status) {
  Problems out;
  if (status.link.down)
    out.push_back(
        {"this host's own way to the network is down", "look at the interface and the route: ip route"});
  for (const auto& upstream : status.upstreams) find_in(upstream, out);
  for (const auto& group : status.groups) {
    if (group.degraded)
      out.push_back({"group " + group.name + " does not answer: stale and local answers are served",
                     "look at its upstreams; add one of another operator to the group"});
  }
  if (status.dnssec.mode != "off") find_in(status.clock, out);
  if (status.configuration.last_error)
    out.push_back({"the last reload was refused: " + *status.configuration.last_error,
                   "mend the file, then: tributary reload"});
  return out;
}

}  // namespace tributary::resolver
