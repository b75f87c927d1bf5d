#include "resolver/transport/port_pool.hpp"

#include <algorithm>

namespace tributary::resolver {

bool PortPool::worn_out(const Place& place, Instant now) const {
  return !place.socket || place.socket->uses() >= most_uses || now >= place.replace_at;
}

tl::expected<PortSocket*, asio::error_code> PortPool::take(Instant now) {
  Place& place = places_[random_.below(size)];
  if (worn_out(place, now)) {
    if (const auto error = renew(place, now)) return tl::unexpected(error);
  }
  return place.socket.get();
}

asio::error_code PortPool::renew(Place& place, Instant now) {
  auto socket = PortSocket::open(server_, draw_port(random_));
  for (int draw = 1; draw < most_draws && !socket && is_taken(socket.error()); ++draw) {
    socket = PortSocket::open(server_, draw + 1 == most_draws ? 0 : draw_port(random_));
  }
  if (!socket) return socket.error();
  if (const auto error = (*socket)->connect()) return error;
  retire(place);
  place = {std::move(*socket), now + longest_life};
  return {};
}

void PortPool::retire(Place& place) {
  if (place.socket && place.socket->in_use()) leaving_.push_back(std::move(place.socket));
  place.socket.reset();
}

void PortPool::network_changed() {
  for (auto& place : places_) retire(place);
}

void PortPool::give_back(PortSocket& socket) {
  if (socket.in_use()) return;
  std::erase_if(leaving_, [&](const auto& leaving) { return leaving.get() == &socket; });
}

}  // namespace tributary::resolver
