#pragma once

#include "tests/scenario/script.hpp"
#include "tests/scenario/signed_world.hpp"

namespace tributary::scenario {

struct ZoneOptions {
  Signing signing;
  DsContent ds;
};

/// What stands behind the name of a zone: "alg=8,13 nsec3=10 opt-out ds=sha384" (README.md lists it). Times
/// count from `epoch`. Throws a ScriptError.
ZoneOptions zone_options(const Line& line, std::int64_t epoch);

}  // namespace tributary::scenario
