#pragma once

#include <functional>

#include "tests/scenario/script.hpp"
#include "tests/scenario/signed_world.hpp"

namespace tributary::scenario {

/// Changes what an upstream replies to a question.
using Lie = std::function<void(const dns::Question&, ReplyContent&)>;

/// The lie that `line` tells of (README.md lists them). `world` outlives it. Times in the line count from
/// `epoch`, in seconds since 1970. Throws a ScriptError.
Lie make_lie(const Line& line, const SignedWorld& world, std::int64_t epoch);

/// "-1d..+14d".
Dates dates_in(std::string_view word, std::int64_t epoch);

}  // namespace tributary::scenario
