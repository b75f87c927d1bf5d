#pragma once

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include <asio/ip/address.hpp>

#include "base/task.hpp"
#include "base/time.hpp"

namespace tributary::resolver {

enum class Protocol : std::uint8_t { udp, tcp };

/// Where a query came from and when.
struct ClientInfo {
  asio::ip::address address;
  Protocol protocol = Protocol::udp;
  Instant received;
};

/// What listeners hand messages to: one for each worker, called from its thread only.
///
/// `answer_now` is for what needs no waiting (cached, local, refused, malformed); what it cannot answer goes
/// to `answer_later`, which takes as long as the query's deadline allows.
class QueryHandler {
 public:
  struct Drop {};   ///< No reply, on purpose (counted by the handler).
  struct Later {};  ///< Needs waiting: call `answer_later` with the same message.
  /// The size of the reply written into `out`.
  struct Written {
    std::size_t size;
  };
  using Immediate = std::variant<Written, Drop, Later>;

  virtual ~QueryHandler() = default;

  /// Writes the reply into `out`, which holds at least 65,535 octets for TCP, 1,232 for UDP. Never blocks,
  /// never suspends. The reply fits what the client can take over its protocol.
  virtual Immediate answer_now(std::span<const std::uint8_t> message, const ClientInfo& client,
                               std::span<std::uint8_t> out) = 0;

  /// The reply, ready to be sent; empty for a deliberate drop. It stands in memory of the handler: to be used
  /// before anything else is awaited or asked.
  virtual Task<std::span<const std::uint8_t>> answer_later(std::vector<std::uint8_t> message,
                                                           ClientInfo client) = 0;
};

}  // namespace tributary::resolver
