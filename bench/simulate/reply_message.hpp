#pragma once

#include <cstdint>
#include <vector>

#include "bench/simulate/network.hpp"

namespace tributary::simulate {

/// What an upstream sends. Requires: the outcome is a message.
std::vector<std::uint8_t> reply_message(const dns::Question& question, Fate::Outcome outcome, bool exists);

}  // namespace tributary::simulate
