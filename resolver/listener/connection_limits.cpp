#include "resolver/listener/connection_limits.hpp"

namespace tributary::resolver {

void ConnectionLimits::Admission::Release::operator()(const asio::ip::address* client) const {
  limits->give_back(*client);
  delete client;
}

void ConnectionLimits::set(std::size_t total, std::size_t per_client) {
  held_.with([=](Held& held) {
    held.most = total;
    held.most_per_client = per_client;
  });
}

tl::expected<ConnectionLimits::Admission, ConnectionLimits::Refusal> ConnectionLimits::admit(
    const asio::ip::address& client) {
  if (const auto taken = take(client); !taken) return tl::unexpected(taken.error());
  return Admission(*this, client);
}

tl::expected<void, ConnectionLimits::Refusal> ConnectionLimits::take(const asio::ip::address& client) {
  return held_.with([&](Held& held) -> tl::expected<void, Refusal> {
    if (held.connections >= held.most) return tl::unexpected(Refusal::total);
    auto& of_client = held.clients[client];
    if (of_client >= held.most_per_client) return tl::unexpected(Refusal::per_client);
    ++of_client;
    ++held.connections;
    return {};
  });
}

void ConnectionLimits::give_back(const asio::ip::address& client) {
  held_.with([&](Held& held) {
    --held.connections;
    const auto entry = held.clients.find(client);
    if (--entry->second == 0) held.clients.erase(entry);
  });
}

}  // namespace tributary::resolver
