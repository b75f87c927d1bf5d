#include <algorithm>

#include "resolver/admin/status.hpp"

namespace tributary::resolver {
namespace {

using Problems = std::vector<Status::Problem>;

bool over_https(const Status::Upstream& upstream) {
  return upstream.url.starts_with("https:");
}

/// HOST:PORT of an https url.
std::string authority_of(const std::string& url) {
  const auto begin = std::string_view("https://").size();
  const auto authority = url.substr(begin, url.find('/', begin) - begin);
  const bool has_port = authority.find(':', authority.rfind(']') + 1) != authority.npos;
  return has_port ? authority : authority + ":443";
}

/// What keeps us from connecting to a server for DNS over HTTPS, by the reason for which that failed; null if
/// it is something else.
const char* obstacle(const Status::Failure& failure) {
  if (!failure.connecting) return nullptr;
  if (failure.reason == "timeout") return "something on the way drops what is sent to its port";
  if (failure.reason == "network") return "its port is refused, by it or by something on the way";
  if (failure.reason == "tls")
    return "TLS is broken, by it or by a proxy or portal that answers in its place";
  return nullptr;
}

std::string remedy_for_https(const Status::Upstream& upstream) {
  const auto& failure = upstream.last_failure;
  if (failure && failure->reason == "no_address")
    return "do its bootstrap servers answer? Name others, as in bootstrap: [\"9.9.9.9\"], then: tributary "
           "reload";
  if (const auto* what = failure ? obstacle(*failure) : nullptr)
    return std::string(what) +
           ": is DNS over HTTPS blocked on this network? See: openssl s_client -connect " +
           authority_of(upstream.url) +
           "; if it is, have it opened, or ask in clear, as in url: \"udp://9.9.9.9\"";
  return "is its port open, and DNS over HTTPS not blocked on this network? To ask it now: tributary "
         "upstream probe " +
         upstream.name;
}

std::string remedy_of(const Status::Upstream& upstream) {
  if (upstream.disabled) return "tributary upstream enable " + upstream.name;
  if (over_https(upstream)) return remedy_for_https(upstream);
  const auto probe = " To ask it now: tributary upstream probe " + upstream.name;
  const bool on_this_host =
      upstream.url.find("://127.") != std::string::npos || upstream.url.find("://[::1]") != std::string::npos;
  return (on_this_host ? "does a server run there, and not ask Tributary in turn?"
                       : "is its address right, and its port open?") +
         probe;
}

/// Another upstream that answers without TLS; null if there is none.
const Status::Upstream* answering_in_clear(const Status& status) {
  const auto found = std::ranges::find_if(status.upstreams, [](const auto& each) {
    const bool in_clear = each.url.starts_with("udp:") || each.url.starts_with("tcp:");
    return in_clear && each.state == "closed" && each.replies > 0 && !each.last_failure;
  });
  return found == status.upstreams.end() ? nullptr : &*found;
}

/// Why it is open: rather the last failure than how many there were.
std::string reason_of(const Status::Upstream& upstream, const Status& status) {
  if (!upstream.last_failure) return upstream.reason ? ": " + *upstream.reason : std::string();
  const auto* const other = over_https(upstream) ? answering_in_clear(status) : nullptr;
  return ": " + upstream.last_failure->detail +
         (other && upstream.last_failure->connecting ? "; " + other->name + " answers in clear" : "");
}

void find_in(const Status::Upstream& upstream, const Status& status, Problems& out) {
  if (upstream.state == "open" || upstream.disabled)
    out.push_back({"upstream " + upstream.name + " is " + upstream.state +
                       (upstream.disabled ? std::string() : reason_of(upstream, status)),
                   remedy_of(upstream)});
  if (!upstream.validates)
    out.push_back(
        {"upstream " + upstream.name + " gives replies that fail validation",
         "it may strip DNSSEC or forge; use another, or tributary upstream disable " + upstream.name});
}

/// Certificates have dates, too.
void find_in_clock(const Status& status, Problems& out) {
  const bool by_certificate = std::ranges::any_of(status.upstreams, over_https);
  if (status.clock.state != "bad" || (status.dnssec.mode == "off" && !by_certificate)) return;
  out.push_back(
      {"the clock is wrong, or nobody vouches for it: " + status.clock.reason +
           "; dates of signatures are not checked" +
           (by_certificate ? ", and certificates may be refused" : ""),
       "synchronize it: timedatectl set-ntp true; or set it by hand: date --set 'YYYY-MM-DD hh:mm'"});
}

void find_in_link(const Status& status, Problems& out) {
  if (!status.link.down) return;
  const bool all_https = std::ranges::all_of(status.upstreams, over_https);
  const auto failed =
      std::ranges::find_if(status.upstreams, [](const auto& each) { return each.last_failure.has_value(); });
  std::string what = "this host's own way to the network is down, or nothing gets through it";
  if (failed != status.upstreams.end()) what += ": " + failed->last_failure->detail;
  std::string remedy = "look at the interface and the route: ip route";
  if (all_https)
    remedy +=
        "; is DNS over HTTPS blocked on this network? Then add an upstream in clear, as in url: "
        "\"udp://9.9.9.9\"";
  out.push_back({std::move(what), std::move(remedy)});
}

}  // namespace

std::vector<Status::Problem> problems_of(const Status& status) {
  Problems out;
  find_in_link(status, out);
  for (const auto& upstream : status.upstreams) find_in(upstream, status, out);
  for (const auto& group : status.groups) {
    if (group.degraded)
      out.push_back({"group " + group.name + " does not answer: stale and local answers are served",
                     "look at its upstreams; add one of another operator to the group"});
  }
  find_in_clock(status, out);
  if (status.configuration.last_error)
    out.push_back({"the last reload was refused: " + *status.configuration.last_error,
                   "mend the file, then: tributary reload"});
  return out;
}

}  // namespace tributary::resolver
