#pragma once

#include "cache/answer.hpp"
#include "resolver/dnssec/denial_cache.hpp"

namespace tributary::dnssec {

/// Keeps what the authority section of `answer` proves, for names and types that were not asked for (RFC
/// 8198). Requires: it is secure. `group` answered it.
void learn_denials(const cache::Answer& answer, std::uint16_t group, DenialCache& denials);

}  // namespace tributary::dnssec
