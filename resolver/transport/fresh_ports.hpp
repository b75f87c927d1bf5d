#pragma once

#include <vector>

#include "resolver/transport/udp_ports.hpp"

namespace tributary::resolver {

/// Ports from `first` to `last`.
struct PortRange {
  std::uint16_t first = 0, last = 0;

  bool contains(std::uint16_t port) const { return port >= first && port <= last; }
};

/// What the kernel draws from for sockets without a port (net.ipv4.ip_local_port_range, for IPv6 too). Port 0
/// alone if it does not tell.
PortRange ephemeral_ports();

/// Every query leaves from a port of its own, drawn anew from 1,024 to 65,535, each as likely as the others
/// (RFC 5452 §9.2).
class FreshPorts final : public UdpPorts {
 public:
  /// `ephemeral`: what the kernel draws from. Both references outlive it.
  FreshPorts(UdpServer& server, Random& random, PortRange ephemeral)
      : server_(server), random_(random), ephemeral_(ephemeral) {}

  tl::expected<PortSocket*, asio::error_code> take(Instant now) override;
  void give_back(PortSocket& socket) override;

 private:
  PortSocket::Opened unbound_socket();

  UdpServer& server_;
  Random& random_;
  PortRange ephemeral_;
  std::vector<std::unique_ptr<PortSocket>> unbound_;  // without a port, ready to be connected
};

}  // namespace tributary::resolver
