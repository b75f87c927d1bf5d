#include "resolver/listener/connection_limits.hpp"

namespace tributary::resolver {

ConnectionLimits::Admission::Admission(ConnectionLimits& limits, const asio::ip::address& client)
    : client_(nullptr, Release{&limits}) {
  const auto entry = limits.clients_.try_emplace(client, 0).first;
  ++entry->second;
  ++limits.connections_;
  client_.reset(&entry->first);
}

void ConnectionLimits::Admission::Release::operator()(const asio::ip::address* client) const {
  --limits->connections_;
  const auto entry = limits->clients_.find(*client);
  if (--entry->second == 0) limits->clients_.erase(entry);
}

tl::expected<ConnectionLimits::Admission, ConnectionLimits::Refusal> ConnectionLimits::admit(
    const asio::ip::address& client) {
  if (connections_ >= total_) return tl::unexpected(Refusal::total);
  const auto entry = clients_.find(client);
  const std::size_t held = entry == clients_.end() ? 0 : entry->second;
  if (held >= per_client_) return tl::unexpected(Refusal::per_client);
  return Admission(*this, client);
}

}  // namespace tributary::resolver
