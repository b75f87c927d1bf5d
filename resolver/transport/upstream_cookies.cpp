#include "resolver/transport/upstream_cookies.hpp"

namespace tributary::resolver {
namespace {

/// RFC 7873 §7.1: not more than 26 hours.
constexpr std::chrono::hours lifetime{24};

bool has_possible_size(std::span<const std::uint8_t> cookie) {
  return cookie.size() >= Cookie::client_size + Cookie::least_server_size &&
         cookie.size() <= Cookie::client_size + Cookie::most_server_size;
}

}  // namespace

Cookie UpstreamCookies::to_send(const asio::ip::address& local, Instant now) {
  if (local != local_ || now >= renew_at_) {
    local_ = local;
    renew_at_ = now + lifetime;
    std::array<std::uint8_t, Cookie::client_size> ours{};
    random_.fill(ours);
    cookie_ = Cookie(ours);
  }
  return cookie_;
}

bool UpstreamCookies::accept(const dns::MessageView& reply, const Cookie& sent) {
  const auto data = reply.edns() ? reply.edns()->options.find(dns::OptionCode::cookie) : std::nullopt;
  if (!data) return !server_uses_them();
  if (!has_possible_size(*data)) return false;
  const auto ours = data->first(Cookie::client_size);
  if (!std::ranges::equal(ours, sent.client_part())) return false;
  // A reply to a query from before the cookie was renewed is good, but its server cookie is of no use now.
  if (std::ranges::equal(ours, cookie_.client_part())) cookie_ = Cookie(*data);
  return true;
}

}  // namespace tributary::resolver
