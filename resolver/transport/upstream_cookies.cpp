#include "resolver/transport/upstream_cookies.hpp"

#include <algorithm>

namespace tributary::resolver {
namespace {

/// RFC 7873 §7.1: not more than 26 hours.
constexpr std::chrono::hours lifetime{24};

}  // namespace

std::vector<std::uint8_t> UpstreamCookies::to_send(const asio::ip::address& local, Instant now) {
  if (local != local_ || now >= renew_at_) {
    local_ = local;
    renew_at_ = now + lifetime;
    random_.fill(client_);
    server_.clear();
  }
  std::vector<std::uint8_t> data(client_.begin(), client_.end());
  data.insert(data.end(), server_.begin(), server_.end());
  return data;
}

bool UpstreamCookies::accept(const dns::MessageView& reply, std::span<const std::uint8_t> sent) {
  const auto data = reply.edns() ? reply.edns()->options.find(dns::OptionCode::cookie) : std::nullopt;
  if (!data) return !server_uses_them();
  if (data->size() < client_size + least_server_size || data->size() > client_size + most_server_size) {
    return false;
  }
  const auto ours = data->first(client_size);
  if (!std::ranges::equal(ours, sent.first(client_size))) return false;
  // A reply to a query from before the cookie was renewed is good, but its server cookie is of no use now.
  if (std::ranges::equal(ours, client_)) server_.assign(data->begin() + client_size, data->end());
  return true;
}

}  // namespace tributary::resolver
