#pragma once

#include "dns/zone.hpp"
#include "resolver/upstream/upstream.hpp"

namespace tributary::resolver {

/// What an authoritative server of `zone` would reply to `query`: AA set but in referrals (RFC 1034 §4.3.2),
/// names outside the zone REFUSED.
Reply zone_reply(const dns::Zone& zone, const Query& query);

}  // namespace tributary::resolver
