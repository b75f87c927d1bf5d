#pragma once

#include <string>

#include "resolver/strategy/acceptance.hpp"
#include "resolver/strategy/plan.hpp"
#include "resolver/upstream/guarded.hpp"

namespace tributary::resolver {

// What a contest does, in words for an operator. Pure.

/// "8.1 ms".
std::string milliseconds(Duration duration);

/// Why a member was picked: "least cost: median 8.0 ms". `first`: of the plan.
std::string words_for(Pick pick, const Health& health, bool first, Instant now);

std::string_view words_for(Grade grade);

/// What a reply says: "NOERROR: 192.0.2.1", "NXDOMAIN", "SERVFAIL, EDE 22: no reply from example.".
std::string words_for(const Judgement& judgement);
/// "timeout: no reply".
std::string words_for(const Failure& failure);

/// Why a winner won. `ground` as Acceptance tells it.
std::string words_for(std::optional<Acceptance::Ground> ground, const Acceptance::Rules& rules);
/// Why a reply did not win. `winner`: null if nobody did. `acceptance`: null if it came after the decision.
std::string why_lost(const Judgement& loser, const Candidate* winner, const Acceptance* acceptance);

}  // namespace tributary::resolver
