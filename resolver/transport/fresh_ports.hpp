#pragma once

#include <algorithm>
#include <array>
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
///
/// A port that has served its query lingers for as long as the next 64 queries take (or `kept`): so a second
/// reply is heard, and compared with the first. What is done with a socket afterwards is done later, not more
/// often: it costs no system call, no timer and no clock.
class FreshPorts final : public UdpPorts {
 public:
  static constexpr std::size_t most_kept = 64;

  /// `ephemeral`: what the kernel draws from. Both references outlive it. `kept`: so many ports linger, and
  /// so many sockets wait to be used again, where file descriptors are scarce; at most `most_kept`.
  FreshPorts(UdpServer& server, Random& random, PortRange ephemeral, std::size_t kept = most_kept)
      : server_(server), random_(random), ephemeral_(ephemeral), kept_(std::min(kept, most_kept)) {}

  tl::expected<PortSocket*, asio::error_code> take(Instant now) override;
  void give_back(PortSocket& socket) override;
  void network_changed() override { lingering_ = {}; }

 private:
  PortSocket::Opened unbound_socket();
  bool give_up_kept();
  void dispose_of(std::unique_ptr<PortSocket> socket);

  UdpServer& server_;
  Random& random_;
  PortRange ephemeral_;
  std::size_t kept_;
  std::vector<std::unique_ptr<PortSocket>> unbound_;              // without a port, ready to be connected
  std::array<std::unique_ptr<PortSocket>, most_kept> lingering_;  // a ring: the next one is the oldest
  std::size_t next_lingering_ = 0;
};

}  // namespace tributary::resolver
