#include "resolver/listener/client_shares.hpp"

#include <algorithm>

namespace tributary::resolver {
namespace {

/// Nobody gets more than this part of the places that are free.
constexpr std::size_t parts = 8;

}  // namespace

ClientShares::ClientShares(std::size_t total, std::size_t per_client)
    : total_(total), per_client_(per_client) {}

bool ClientShares::Place::crowded() const {
  return held_.get_deleter().set->with([this](const auto&) { return held_->crowded(); });
}

std::int64_t ClientShares::Place::take_slot(Instant received, Instant now) {
  return held_.get_deleter().set->with([&](const auto&) { return held_->take_slot(received, now); });
}

void ClientShares::Place::Release::operator()(ClientShare* share) const {
  set->with([share](const auto&) { share->leave(); });
  --shares->waiting_;
}

tl::expected<ClientShares::Place, ClientShares::Refusal> ClientShares::admit(const asio::ip::address& client,
                                                                             Instant now) {
  const std::size_t most = most_for_one();
  if (most == 0) return tl::unexpected(Refusal::total);
  const auto hash = hash_of(client);
  Set& set = sets_[hash % sets_.size()];
  ClientShare* const admitted = set.with([&](auto& clients) -> ClientShare* {
    ClientShare& share = find(clients, hash).share;
    if (share.waiting() >= most) return nullptr;
    share.enter(now);
    return &share;
  });
  if (admitted == nullptr) return tl::unexpected(Refusal::per_client);
  ++waiting_;
  return Place(Place::Held(admitted, {this, &set}));
}

std::size_t ClientShares::most_for_one() const {
  const std::size_t waiting = waiting_;
  const std::size_t free = total_ - std::min(total_, waiting);
  return std::min<std::size_t>(per_client_, free / parts);
}

std::uint64_t ClientShares::hash_of(const asio::ip::address& client) const {
  if (client.is_v4()) return hash_(client.to_v4().to_bytes(), 4);
  const auto v6 = client.to_v6();
  const auto octets = v6.to_bytes();
  // A dual-stack socket shows IPv4 clients so (RFC 4291 §2.5.5.2).
  if (v6.is_v4_mapped()) return hash_(std::span(octets).last(4), 4);
  return hash_(std::span(octets).first(8), 6);
}

/// Its own place, or that of somebody who has nothing waiting, or the one where least is waiting.
ClientShares::Client& ClientShares::find(std::array<Client, 4>& clients, std::uint64_t hash) {
  const auto own = std::ranges::find(clients, hash, &Client::hash);
  if (own != clients.end()) return *own;
  auto& least = *std::ranges::min_element(clients, {}, [](const Client& c) { return c.share.waiting(); });
  if (least.share.waiting() == 0) least = {hash, {}};
  return least;
}

}  // namespace tributary::resolver
