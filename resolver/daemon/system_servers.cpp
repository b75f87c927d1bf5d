#include "resolver/transport/system_servers.hpp"

#include <ares.h>
#include <spdlog/spdlog.h>
#include <asio/io_context.hpp>
#include <asio/ip/udp.hpp>

#include <algorithm>
#include <cstring>
#include <memory>

namespace tributary::resolver {
namespace {

using policy::SocketAddress;

struct ChannelDeleter {
  void operator()(ares_channel channel) const { ares_destroy(channel); }
};
using Channel = std::unique_ptr<std::remove_pointer_t<ares_channel>, ChannelDeleter>;

struct ServersDeleter {
  void operator()(ares_addr_port_node* servers) const { ares_free_data(servers); }
};
using Servers = std::unique_ptr<ares_addr_port_node, ServersDeleter>;

SocketAddress address_of(const ares_addr_port_node& node) {
  constexpr int dns_port = 53;
  const auto port = static_cast<std::uint16_t>(node.udp_port != 0 ? node.udp_port : dns_port);
  if (node.family == AF_INET) {
    asio::ip::address_v4::bytes_type octets;
    std::memcpy(octets.data(), &node.addr.addr4, octets.size());
    return {asio::ip::address_v4(octets), port};
  }
  asio::ip::address_v6::bytes_type octets;
  std::memcpy(octets.data(), &node.addr.addr6, octets.size());
  return {asio::ip::address_v6(octets), port};
}

/// Whether `address` is one of this host's: only these can be bound.
bool is_ours(const asio::ip::address& address) {
  asio::io_context context;
  asio::ip::udp::socket socket(context);
  asio::error_code error;
  const asio::ip::udp::endpoint endpoint(address, 0);
  socket.open(endpoint.protocol(), error);
  if (!error) socket.bind(endpoint, error);
  return !error;
}

bool leads_to(const SocketAddress& server, const policy::ListenConfig& listen) {
  if (server.port != listen.address.port) return false;
  const auto& own = listen.address.address;
  return server.address == own || (own.is_unspecified() && is_ours(server.address));
}

/// Why a server cannot be asked; null if it can.
const char* unfit(const SocketAddress& server, const std::vector<policy::ListenConfig>& own) {
  if (std::ranges::any_of(own, [&](const auto& listen) { return leads_to(server, listen); })) {
    return "Tributary itself listens there";
  }
  const bool link_local = server.address.is_v6() && server.address.to_v6().is_link_local();
  return link_local ? "a link-local address without its interface" : nullptr;
}

}  // namespace

std::vector<SocketAddress> system_servers(const std::vector<policy::ListenConfig>& own) {
  ares_channel raw = nullptr;
  if (ares_init(&raw) != ARES_SUCCESS) return {};
  const Channel channel(raw);
  ares_addr_port_node* first = nullptr;
  if (ares_get_servers_ports(channel.get(), &first) != ARES_SUCCESS) return {};
  const Servers servers(first);
  std::vector<SocketAddress> out;
  for (const auto* node = servers.get(); node != nullptr; node = node->next) {
    const auto server = address_of(*node);
    if (const auto* why = unfit(server, own)) {
      spdlog::warn("/etc/resolv.conf: {} is left out: {}", server.to_text(), why);
    } else {
      out.push_back(server);
    }
  }
  return out;
}

}  // namespace tributary::resolver
