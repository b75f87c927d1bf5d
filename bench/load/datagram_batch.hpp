#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "bench/loopback_socket.hpp"

namespace tributary::load {

/// Datagrams that are received, or sent, with one system call.
class DatagramBatch {
 public:
  static constexpr std::size_t capacity = 64;
  static constexpr std::size_t largest = 512;  ///< Octets of a datagram; of longer ones the rest is lost.

  /// `connected`: the socket has one peer. Else a datagram is sent to where the one in its place came from.
  explicit DatagramBatch(bool connected) : connected_(connected) {
    for (std::size_t i = 0; i < capacity; ++i) {
      parts_[i].iov_base = octets_[i].data();
      headers_[i].msg_hdr.msg_iov = &parts_[i];
      headers_[i].msg_hdr.msg_iovlen = 1;
      if (!connected_) headers_[i].msg_hdr.msg_name = &peers_[i];
    }
  }
  DatagramBatch(const DatagramBatch&) = delete;
  DatagramBatch& operator=(const DatagramBatch&) = delete;

  /// How many came; 0 if none did in the time that the socket allows. `flags` as for recvmmsg.
  std::size_t receive(const LoopbackSocket& socket, int flags) {
    for (std::size_t i = 0; i < capacity; ++i) {
      parts_[i].iov_len = largest;
      if (!connected_) headers_[i].msg_hdr.msg_namelen = sizeof peers_[i];
    }
    const int count = recvmmsg(socket.handle(), headers_.data(), capacity, flags, nullptr);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
    checked(count, "recvmmsg");
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) resize(i, headers_[i].msg_len);
    return static_cast<std::size_t>(count);
  }

  void send(const LoopbackSocket& socket, std::size_t count) {
    for (std::size_t sent = 0; sent < count;) {
      const auto left = static_cast<unsigned>(count - sent);
      sent +=
          static_cast<std::size_t>(checked(sendmmsg(socket.handle(), &headers_[sent], left, 0), "sendmmsg"));
    }
  }

  std::span<std::uint8_t> datagram(std::size_t place) {
    return {octets_[place].data(), parts_[place].iov_len};
  }
  /// Requires: size <= largest.
  void resize(std::size_t place, std::size_t size) { parts_[place].iov_len = size; }

 private:
  bool connected_;
  std::array<std::array<std::uint8_t, largest>, capacity> octets_;
  std::array<sockaddr_in, capacity> peers_;
  std::array<iovec, capacity> parts_;
  std::array<mmsghdr, capacity> headers_{};
};

}  // namespace tributary::load
