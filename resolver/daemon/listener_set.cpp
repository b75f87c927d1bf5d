#include "resolver/daemon/listener_set.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "resolver/listener/listen_socket.hpp"

namespace tributary::resolver {

tl::expected<std::unique_ptr<Listener>, std::string> ListenerSet::make(const policy::ListenConfig& listen) {
  if (listen.protocol == policy::ListenProtocol::udp) {
    auto socket = open_udp(executor_, listen.address);
    if (!socket) return tl::unexpected(socket.error());
    return std::make_unique<UdpListener>(std::move(*socket), udp_);
  }
  auto acceptor = open_tcp(executor_, listen.address);
  if (!acceptor) return tl::unexpected(acceptor.error());
  return std::make_unique<TcpListener>(std::move(*acceptor), tcp_);
}

/// A socket that is about to go shares its address with a new one: the kernel would give it a part of the
/// clients, which nobody would answer. So it comes back instead.
tl::expected<policy::SocketAddress, std::string> ListenerSet::open(const policy::ListenConfig& listen) {
  const auto closed = std::ranges::find_if(closed_, [&](const Place& place) {
    return place.listen == listen && listen.protocol == policy::ListenProtocol::udp;
  });
  if (closed != closed_.end()) {
    opened_.push_back(std::move(*closed));
    closed_.erase(closed);
    return listen.address;
  }
  auto listener = make(listen);
  if (!listener) return tl::unexpected(listener.error());
  const auto address = (*listener)->local();
  opened_.push_back({{listen.protocol, address}, std::move(*listener)});
  return address;
}

void ListenerSet::serve_opened() {
  for (auto& place : opened_) {
    if (!std::exchange(place.served, true)) {
      place.listener->start();
    } else {
      place.listener->resume();
    }
    served_.push_back(std::move(place));
  }
  opened_.clear();
}

void ListenerSet::discard_opened() {
  for (auto& place : std::exchange(opened_, {}))
    if (place.served) closed_.push_back(std::move(place));
}

void ListenerSet::close(const policy::ListenConfig& listen) {
  const auto place = std::ranges::find(served_, listen, &Place::listen);
  if (place == served_.end()) return;
  place->listener->stop_accepting();
  closed_.push_back(std::move(*place));
  served_.erase(place);
}

void ListenerSet::close_all() {
  while (!served_.empty()) close(policy::ListenConfig(served_.back().listen));
}

bool ListenerSet::sweep() {
  std::erase_if(closed_, [](const Place& place) { return place.listener->ended(); });
  return !closed_.empty();
}

std::size_t ListenerSet::pending() const {
  std::size_t sum = 0;
  for (const auto& place : closed_) sum += place.listener->pending();
  return sum;
}

}  // namespace tributary::resolver
