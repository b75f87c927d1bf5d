#pragma once

#include "base/random.hpp"
#include "resolver/strategy/acceptance.hpp"
#include "resolver/strategy/disagreement_log.hpp"

namespace tributary::resolver {

/// Holds a reply that lost, before or after the verdict, against the one that won, and tells the health of
/// the upstream it came from: that it lost, and perhaps that it failed where the winner did not, or that it
/// contradicts the winner, which is logged too. Requires: `winner` has an answer.
void compare_with_winner(const Candidate& loser, const Candidate& winner, const dns::Question& question,
                         DisagreementLog& log, Instant now, Random& random);

}  // namespace tributary::resolver
