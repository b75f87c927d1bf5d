#include "policy/own_address.hpp"

#include <ifaddrs.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>

#include "policy/address_text.hpp"

namespace tributary::policy {
namespace {

using asio::ip::address;

struct InterfacesDeleter {
  void operator()(ifaddrs* interfaces) const { ::freeifaddrs(interfaces); }
};

std::optional<address> address_of(const sockaddr* socket_address) {
  if (socket_address == nullptr) return std::nullopt;
  if (socket_address->sa_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, socket_address, sizeof v4);
    return asio::ip::address_v4(ntohl(v4.sin_addr.s_addr));
  }
  if (socket_address->sa_family != AF_INET6) return std::nullopt;
  sockaddr_in6 v6;
  std::memcpy(&v6, socket_address, sizeof v6);
  asio::ip::address_v6::bytes_type octets;
  std::memcpy(octets.data(), &v6.sin6_addr, octets.size());
  return asio::ip::address_v6(octets, v6.sin6_scope_id);
}

bool leads_to(const SocketAddress& server, const ListenConfig& listener) {
  const auto& own = listener.address.address;
  if (server.port != listener.address.port || server.address.is_v4() != own.is_v4()) return false;
  return server.address == own || (own.is_unspecified() && is_of_this_host(server.address));
}

}  // namespace

/// (Whether it can be bound would not tell: with net.ipv4.ip_nonlocal_bind any address can.)
bool is_of_this_host(const address& wanted) {
  if (wanted.is_loopback()) return true;
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) != 0) return false;
  const std::unique_ptr<ifaddrs, InterfacesDeleter> interfaces(first);
  for (const auto* each = first; each != nullptr; each = each->ifa_next)
    if (address_of(each->ifa_addr) == wanted) return true;
  return false;
}

const ListenConfig* listener_at(const SocketAddress& server, const std::vector<ListenConfig>& listeners) {
  const auto found =
      std::ranges::find_if(listeners, [&](const auto& listener) { return leads_to(server, listener); });
  return found == listeners.end() ? nullptr : &*found;
}

std::string circle_text(const ListenConfig& listener) {
  return " is an address that Tributary listens on itself (" + to_text(listener) +
         "): it would ask itself without end; name another server";
}

}  // namespace tributary::policy
