#pragma once

#include <optional>

#include "dns/message_view.hpp"
#include "resolver/explain/explanation.hpp"
#include "resolver/strategy/judge.hpp"

namespace tributary::resolver {

/// The TTL that a client sees, in seconds: the least of the answer's records, signatures left out; of a
/// denial that of its SOA. Nothing if there is neither. Pure.
std::optional<std::uint32_t> shown_ttl(const dns::MessageView& message);
std::optional<std::uint32_t> shown_ttl(const cache::Answer& answer);

/// What became of the TTL of `reply` when it was judged.
explain::Ttl told_and_cut(const Reply& reply, const cache::Answer& judged, const Judge::Limits& limits);

}  // namespace tributary::resolver
