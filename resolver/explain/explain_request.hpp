#pragma once

#include <optional>

#include <asio/ip/address.hpp>

#include "base/time.hpp"
#include "dns/record.hpp"
#include "policy/config.hpp"

namespace tributary::explain {

/// How an explained question is to be answered otherwise than a client's.
struct Wish {
  /// It is asked whatever the cache has. (What is known of the chain of trust counts all the same.)
  bool fresh = false;
  std::optional<policy::StrategyKind> strategy{};  ///< Instead of that of the group.
};

/// A question whose answer is to be explained.
struct ExplainRequest {
  dns::Question question;
  Wish wish{};
  /// Who is taken to ask: whether that client may.
  asio::ip::address client = asio::ip::address_v4::loopback();
  Duration asked_at{};  ///< Since 1970, by the caller's wall clock: it is told again and serves nothing else.
};

}  // namespace tributary::explain
