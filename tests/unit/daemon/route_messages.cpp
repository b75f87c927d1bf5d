#include "tests/unit/daemon/route_messages.hpp"

#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <cstring>

namespace tributary::resolver {
namespace {

template <typename Value>
void append(Octets& out, const Value& value) {
  const auto* octets = reinterpret_cast<const std::uint8_t*>(&value);
  out.insert(out.end(), octets, octets + sizeof value);
}

void append(Octets& out, const Octets& octets) {
  out.insert(out.end(), octets.begin(), octets.end());
}

template <typename Content>
void append_attribute(Octets& out, std::uint16_t type, const Content& content) {
  Octets octets;
  append(octets, content);
  append(out, rtattr{static_cast<std::uint16_t>(RTA_LENGTH(octets.size())), type});
  append(out, octets);
  out.resize(RTA_ALIGN(out.size()));
}

Octets message(std::uint16_t type, const Octets& body) {
  Octets out;
  append(out, nlmsghdr{static_cast<std::uint32_t>(NLMSG_LENGTH(body.size())), type, 0, 0, 0});
  append(out, body);
  return out;
}

std::uint8_t family_of(const Octets& address) {
  return address.size() == 4 ? AF_INET : AF_INET6;
}

}  // namespace

Octets address_message(std::uint16_t type, const AddressFacts& facts) {
  Octets body;
  append(body, ifaddrmsg{family_of(facts.octets), 24, static_cast<std::uint8_t>(facts.flags), facts.scope,
                         facts.link});
  append_attribute(body, IFA_ADDRESS, facts.octets);
  append_attribute(body, IFA_CACHEINFO, ifa_cacheinfo{facts.valid_seconds, facts.valid_seconds, 0, 0});
  append_attribute(body, IFA_FLAGS, facts.flags);
  return message(type, body);
}

Octets link_message(std::uint16_t type, std::uint32_t link, unsigned flags) {
  Octets body;
  append(body, ifinfomsg{AF_UNSPEC, 0, 0, static_cast<int>(link), flags, 0});
  append_attribute(body, IFLA_IFNAME, Octets{'e', 't', 'h', 0});
  return message(type, body);
}

Octets route_message(std::uint16_t type, const RouteFacts& facts) {
  Octets body;
  rtmsg fixed{};
  fixed.rtm_family = family_of(facts.gateway);
  fixed.rtm_type = facts.kind;
  append(body, fixed);
  append_attribute(body, RTA_OIF, facts.link);
  if (!facts.gateway.empty()) append_attribute(body, RTA_GATEWAY, facts.gateway);
  return message(type, body);
}

}  // namespace tributary::resolver
