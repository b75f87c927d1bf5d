#include "resolver/transport/recent_replies.hpp"

namespace tributary::resolver {
namespace {

std::uint16_t id_of(std::span<const std::uint8_t> message) {
  return static_cast<std::uint16_t>(message[0] << 8 | message[1]);
}

}  // namespace

void RecentReplies::note(std::uint64_t socket, std::span<const std::uint8_t> message, Instant now) {
  Reply& reply = ring_[next_];
  next_ = (next_ + 1) % capacity;
  reply.socket = socket;
  reply.id = id_of(message);
  reply.at = now;
  reply.message.assign(message.begin(), message.end());
}

const RecentReplies::Reply* RecentReplies::find(std::uint64_t socket,
                                                std::span<const std::uint8_t> message) const {
  if (message.size() < 2) return nullptr;
  const auto id = id_of(message);
  for (std::size_t back = 1; back <= capacity; ++back) {
    const Reply& reply = ring_[(next_ + capacity - back) % capacity];
    if (reply.socket == socket && reply.id == id) return &reply;
  }
  return nullptr;
}

}  // namespace tributary::resolver
