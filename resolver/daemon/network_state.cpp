#include "resolver/daemon/network_state.hpp"

#include <linux/rtnetlink.h>
#include <net/if.h>

#include <algorithm>
#include <cstring>

namespace tributary::resolver {
namespace {

/// The fixed part at the begin of `body`; nothing if it is cut off.
template <typename Fixed>
std::optional<Fixed> fixed_part(RouteMessages body) {
  if (body.size() < sizeof(Fixed)) return std::nullopt;
  Fixed out;
  std::memcpy(&out, body.data(), sizeof out);
  return out;
}

RouteMessages from(RouteMessages octets, std::size_t at) {
  return octets.subspan(std::min(at, octets.size()));
}

/// Calls `take(type, body)` for each message.
template <typename Take>
void for_each_message(RouteMessages messages, Take take) {
  while (const auto header = fixed_part<nlmsghdr>(messages)) {
    if (header->nlmsg_len < NLMSG_HDRLEN || header->nlmsg_len > messages.size()) return;
    take(header->nlmsg_type, messages.subspan(NLMSG_HDRLEN, header->nlmsg_len - NLMSG_HDRLEN));
    messages = from(messages, NLMSG_ALIGN(header->nlmsg_len));
  }
}

/// The content of the attribute of this type, empty if there is none.
RouteMessages attribute(RouteMessages attributes, std::uint16_t type) {
  while (const auto header = fixed_part<rtattr>(attributes)) {
    if (header->rta_len < RTA_LENGTH(0) || header->rta_len > attributes.size()) break;
    const auto content = attributes.subspan(RTA_LENGTH(0), header->rta_len - RTA_LENGTH(0));
    if (header->rta_type == type) return content;
    attributes = from(attributes, RTA_ALIGN(header->rta_len));
  }
  return {};
}

AddressOctets copy(RouteMessages octets) {
  return {octets.begin(), octets.end()};
}

/// Where only the wide flags are, the narrow ones are their lowest octet.
std::uint32_t flags_of(const ifaddrmsg& address, RouteMessages attributes) {
  return fixed_part<std::uint32_t>(attribute(attributes, IFA_FLAGS)).value_or(address.ifa_flags);
}

}  // namespace

bool NetworkState::take(RouteMessages messages) {
  bool changed = false;
  for_each_message(messages, [&](std::uint16_t type, RouteMessages body) {
    if (type == RTM_NEWADDR || type == RTM_DELADDR) changed |= take_address(type, body);
    if (type == RTM_NEWLINK || type == RTM_DELLINK) changed |= take_link(type, body);
  });
  return changed;
}

bool NetworkState::take_address(std::uint16_t type, RouteMessages body) {
  const auto fixed = fixed_part<ifaddrmsg>(body);
  if (!fixed || fixed->ifa_scope >= RT_SCOPE_LINK) return false;
  const auto attributes = from(body, NLMSG_ALIGN(sizeof *fixed));
  // Of a link between two hosts, IFA_ADDRESS is the other end.
  auto octets = copy(attribute(attributes, IFA_LOCAL));
  if (octets.empty()) octets = copy(attribute(attributes, IFA_ADDRESS));
  Address address{fixed->ifa_index, std::move(octets)};

  const auto flags = flags_of(*fixed, attributes);
  const bool usable = (flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED)) == 0 || (flags & IFA_F_OPTIMISTIC) != 0;
  if (type == RTM_DELADDR || !usable) return addresses_.erase(address) > 0;
  const bool is_new = addresses_.insert(std::move(address)).second;
  const bool temporary = fixed->ifa_family == AF_INET6 && (flags & IFA_F_TEMPORARY) != 0;
  return is_new && !temporary;
}

bool NetworkState::take_link(std::uint16_t type, RouteMessages body) {
  const auto fixed = fixed_part<ifinfomsg>(body);
  if (!fixed || fixed->ifi_family != AF_UNSPEC) return false;  // of a bridge: its ports
  const auto link = static_cast<std::uint32_t>(fixed->ifi_index);
  const bool up = type == RTM_NEWLINK && (fixed->ifi_flags & IFF_UP) && (fixed->ifi_flags & IFF_RUNNING);
  const auto known = links_up_.find(link);
  const bool was_up = known != links_up_.end() && known->second;
  if (type == RTM_DELLINK) {
    links_up_.erase(link);
  } else {
    links_up_[link] = up;
  }
  const auto first = addresses_.lower_bound({link, {}});
  return up != was_up && first != addresses_.end() && first->link == link;
}

std::optional<Way> way_in(RouteMessages answer) {
  std::optional<Way> out;
  for_each_message(answer, [&](std::uint16_t type, RouteMessages body) {
    const auto fixed = fixed_part<rtmsg>(body);
    if (type != RTM_NEWROUTE || !fixed) return;
    if (fixed->rtm_type != RTN_UNICAST && fixed->rtm_type != RTN_LOCAL) return;
    const auto attributes = from(body, NLMSG_ALIGN(sizeof *fixed));
    // A gateway of the other family stands in RTA_VIA (RFC 5549).
    const auto gateway = attribute(attributes, RTA_GATEWAY);
    out = Way{fixed_part<std::uint32_t>(attribute(attributes, RTA_OIF)).value_or(0),
              copy(gateway.empty() ? attribute(attributes, RTA_VIA) : gateway)};
  });
  return out;
}

}  // namespace tributary::resolver
