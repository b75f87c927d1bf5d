#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "policy/config.hpp"

namespace tributary::resolver {

/// What a reply needs to find its way: the client's address, and ours that it asked. On a wildcard socket the
/// kernel would choose our address by its routes, and clients drop replies that come from another one.
struct ReturnPath {
  union {
    sockaddr any;
    sockaddr_in v4;
    sockaddr_in6 v6;
  } peer{};
  socklen_t peer_size = 0;
  /// IP_PKTINFO or IPV6_PKTINFO, ready to be sent; empty unless the socket is bound to a wildcard.
  alignas(cmsghdr) std::array<std::uint8_t, CMSG_SPACE(sizeof(in6_pktinfo))> control{};
  std::size_t control_size = 0;

  policy::SocketAddress client() const;
  /// The address that was asked; the unspecified one when the socket has but one.
  asio::ip::address asked() const;
};

/// Replies on their way out: sent with one system call for many. Reused without allocating.
class UdpReplies {
 public:
  static constexpr std::size_t capacity = 32;
  /// What passes every path unfragmented (RFC 9715, DNS flag day 2020).
  static constexpr std::size_t largest = 1232;

  std::size_t size() const { return count_; }
  bool empty() const { return count_ == 0; }
  bool full() const { return count_ == capacity; }
  /// Requires: not full; a reply of at most `largest` octets. Both are copied.
  void add(std::span<const std::uint8_t> reply, const ReturnPath& path);
  /// Sends them, never blocks: the number of replies that the kernel did not take. It is empty then.
  std::size_t send(int socket);

 private:
  std::array<std::array<std::uint8_t, largest>, capacity> octets_;
  std::array<ReturnPath, capacity> paths_;
  std::array<iovec, capacity> buffers_{};
  std::array<mmsghdr, capacity> messages_{};
  std::size_t count_ = 0;
};

/// Datagrams that are received, and replied to, with one system call for many. Reused without allocating.
class UdpBatch {
 public:
  static constexpr std::size_t capacity = 32;
  /// With much padding (RFC 8467) and a long name, queries stay below this, which is also what passes every
  /// path unfragmented. `open_udp` has larger datagrams dropped.
  static constexpr std::size_t largest_query = 1232;
  static constexpr std::size_t largest_reply = UdpReplies::largest;

  UdpBatch();
  UdpBatch(const UdpBatch&) = delete;
  UdpBatch& operator=(const UdpBatch&) = delete;

  /// Takes what waits in `socket`, `capacity` at most, and never blocks: the number of datagrams.
  /// Replies that were queued are forgotten.
  std::size_t receive(int socket);

  /// The datagram at `index`, below what `receive` returned.
  std::span<const std::uint8_t> message(std::size_t index) const;
  const ReturnPath& path(std::size_t index) const { return paths_[index]; }

  /// Where the reply to the datagram at `index` is written.
  std::span<std::uint8_t> reply_space(std::size_t index) { return replies_[index]; }
  /// Queues the first `size` octets of its reply space for sending.
  void queue_reply(std::size_t index, std::size_t size);
  /// Sends what is queued, never blocks: the number of replies that the kernel did not take.
  std::size_t send(int socket);

 private:
  void make_ready(std::size_t index);

  std::array<std::array<std::uint8_t, largest_query>, capacity> queries_;
  std::array<std::array<std::uint8_t, largest_reply>, capacity> replies_;
  std::array<ReturnPath, capacity> paths_;
  std::array<iovec, capacity> query_buffers_{}, reply_buffers_{};
  std::array<mmsghdr, capacity> incoming_{}, outgoing_{};
  std::size_t received_ = 0;
  std::size_t queued_ = 0;
};

}  // namespace tributary::resolver
