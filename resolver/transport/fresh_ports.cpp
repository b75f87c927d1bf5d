// A port is drawn from the whole range. If it is one of the kernel's ephemeral ports, the kernel may as well
// draw it: it chooses among them with a generator as good as ours, and such a port is released by
// disconnecting, so that the socket can be used again. Any other port has to be bound, which the kernel never
// takes back: that socket serves one query. So each port is as likely as the others, and almost every second
// query needs no new socket.

#include "resolver/transport/fresh_ports.hpp"

#include <fstream>

namespace tributary::resolver {
namespace {

bool is_shortage(const asio::error_code& error) {
  return error == asio::error::no_descriptors || error == asio::error_code(ENFILE, asio::system_category());
}

}  // namespace

PortRange ephemeral_ports() {
  std::ifstream file("/proc/sys/net/ipv4/ip_local_port_range");
  PortRange range;
  if (file >> range.first >> range.last) return range;
  return {};
}

tl::expected<PortSocket*, asio::error_code> FreshPorts::take(Instant) {
  asio::error_code error;
  for (int draw = 0; draw < most_draws; ++draw) {
    const std::uint16_t port = draw_port(random_);
    const bool kernel_draws = ephemeral_.contains(port) || draw + 1 == most_draws;
    auto socket = kernel_draws ? unbound_socket() : PortSocket::open(server_, port);
    if (socket) {
      error = (*socket)->bound() ? (*socket)->stay_unconnected() : (*socket)->connect();
    } else {
      error = socket.error();
    }
    if (!error) return socket->release();  // Until it is given back.
    if (is_shortage(error) && give_up_kept()) continue;
    if (!is_taken(error)) break;
  }
  return tl::unexpected(error);
}

PortSocket::Opened FreshPorts::unbound_socket() {
  if (unbound_.empty()) return PortSocket::open(server_, 0);
  auto socket = std::move(unbound_.back());
  unbound_.pop_back();
  return socket;
}

/// There are no file descriptors left: whether there were any kept here.
bool FreshPorts::give_up_kept() {
  bool any = !unbound_.empty();
  unbound_.clear();
  for (auto& socket : lingering_) {
    any = any || socket;
    socket.reset();
  }
  return any;
}

void FreshPorts::give_back(PortSocket& socket) {
  std::unique_ptr<PortSocket> oldest(&socket);
  if (kept_ > 0) {
    oldest.swap(lingering_[next_lingering_]);
    next_lingering_ = (next_lingering_ + 1) % kept_;
  }
  if (oldest) dispose_of(std::move(oldest));
}

void FreshPorts::dispose_of(std::unique_ptr<PortSocket> socket) {
  if (socket->bound() || unbound_.size() >= kept_) return;
  socket->disconnect();
  unbound_.push_back(std::move(socket));
}

}  // namespace tributary::resolver
