#pragma once

#include <array>
#include <vector>

#include "resolver/transport/udp_ports.hpp"

namespace tributary::resolver {

/// Queries leave from one of 64 ports, drawn for each; many may wait on one, told apart by their IDs. Ports
/// are drawn from 1,024 to 65,535 and replaced when they have served 1,000 queries or for a minute. For links
/// that nobody can send forged packets into: a query costs two system calls, and a forger has to guess one of
/// 64 ports instead of one of 64,512.
class PortPool final : public UdpPorts {
 public:
  static constexpr std::size_t size = 64;
  static constexpr std::uint32_t most_uses = 1000;
  static constexpr std::chrono::seconds longest_life{60};

  /// Both outlive it.
  PortPool(UdpServer& server, Random& random) : server_(server), random_(random) {}

  tl::expected<PortSocket*, asio::error_code> take(Instant now) override;
  void give_back(PortSocket& socket) override;
  void network_changed() override;

 private:
  struct Place {
    std::unique_ptr<PortSocket> socket;
    Instant replace_at{};
  };

  bool worn_out(const Place& place, Instant now) const;
  asio::error_code renew(Place& place, Instant now);
  void retire(Place& place);

  UdpServer& server_;
  Random& random_;
  std::array<Place, size> places_;                    // opened when first drawn
  std::vector<std::unique_ptr<PortSocket>> leaving_;  // replaced, but still waited on
};

}  // namespace tributary::resolver
