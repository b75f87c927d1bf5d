#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tributary::malformed {

using Packet = std::vector<std::uint8_t>;

/// Names that the cache is warmed with.
inline constexpr std::size_t warm_names = 1000;

/// A query for the name of this number, below `warm_names`; with RD and EDNS.
Packet hit(std::uint16_t id, std::size_t number);
/// The reply to `query` that an authority would send: one A record with a TTL of a day.
Packet reply_to(std::span<const std::uint8_t> query);

/// One way to go wrong, as datagrams that are sent in turn.
struct Kind {
  std::string name;
  std::vector<Packet> packets;
};

/// The first are good queries, answered from the cache: what the others are compared with.
std::vector<Kind> kinds();

}  // namespace tributary::malformed
