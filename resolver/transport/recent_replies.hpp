#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/time.hpp"

namespace tributary::resolver {

/// The last replies that were accepted from one server, to tell a second, different one to the same query
/// from a datagram that means nothing. A ring: the oldest leave. Copies, but allocates nothing once the
/// messages of a ring have been seen. One thread.
class RecentReplies {
 public:
  static constexpr std::size_t capacity = 256;

  /// What came first.
  struct Reply {
    std::uint64_t socket = 0;
    std::uint16_t id = 0;
    Instant at{};
    std::vector<std::uint8_t> message;
  };

  /// `socket` is the number of the socket that it came to. Requires: at least two octets.
  void note(std::uint64_t socket, std::span<const std::uint8_t> message, Instant now);
  /// The newest that came to `socket` with the ID of `message`, or null. Valid until the next `note`.
  const Reply* find(std::uint64_t socket, std::span<const std::uint8_t> message) const;

 private:
  std::array<Reply, capacity> ring_;
  std::size_t next_ = 0;
};

}  // namespace tributary::resolver
