#pragma once

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include <asio/ip/address.hpp>

#include "base/task.hpp"
#include "base/time.hpp"
#include "dns/type_class.hpp"

namespace tributary::resolver {

enum class Protocol : std::uint8_t { udp, tcp };

/// Where a query came from and when.
struct ClientInfo {
  asio::ip::address address;
  Protocol protocol = Protocol::udp;
  Instant received;
  std::uint16_t port = 0;               ///< 0: unknown.
  Duration patience = Duration::max();  ///< An answer that takes longer is of no use to it.
};

/// What listeners hand messages to: one for each worker, called from its thread only.
///
/// `answer_now` is for what needs no waiting (cached, local, refused, malformed); what it cannot answer goes
/// to `answer_later`, which takes as long as the query's deadline allows.
class QueryHandler {
 public:
  struct Drop {};  ///< No reply, on purpose (counted by the handler).
  /// Needs waiting: call `answer_later` with the same message, and with this.
  struct Later {
    std::size_t group = 0;  ///< For the handler: where the question is routed to,
    bool validate = false;  ///< and whether the answer has to be validated.
  };
  /// The size of the reply written into `out`.
  struct Written {
    std::size_t size;
    bool cached = false;  ///< It is from the cache.
  };
  using Immediate = std::variant<Written, Drop, Later>;

  /// A message, where its reply is to be written, and what became of it.
  struct Asked {
    std::span<const std::uint8_t> message;
    ClientInfo client;
    std::span<std::uint8_t> out;  ///< At least 65,535 octets for TCP, 1,232 for UDP.
    Immediate answer = Later{};
    dns::TypeClass type = dns::TypeClass::none;  ///< What it asks for, set by the handler too.
  };

  virtual ~QueryHandler() = default;

  /// Gives every message of `batch` its `answer`. Never blocks, never suspends. Replies fit what their
  /// clients can take over their protocol. Together, many cost less than each by itself.
  virtual void answer_now(std::span<Asked> batch) = 0;

  /// The same for one message.
  Immediate answer_now(std::span<const std::uint8_t> message, const ClientInfo& client,
                       std::span<std::uint8_t> out) {
    Asked asked{message, client, out};
    answer_now(std::span(&asked, 1));
    return asked.answer;
  }

  /// The reply, ready to be sent; empty for a deliberate drop. It stands in memory of the handler: to be used
  /// before anything else is awaited or asked.
  virtual Task<std::span<const std::uint8_t>> answer_later(std::vector<std::uint8_t> message,
                                                           ClientInfo client, Later later) = 0;
};

}  // namespace tributary::resolver
