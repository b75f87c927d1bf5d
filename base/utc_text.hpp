#pragma once

#include <string>

#include "base/time.hpp"

namespace tributary {

/// "2026-11-22T12:59:01Z" (RFC 3339), for the time since 1970.
std::string utc_text(Duration since_1970);

}  // namespace tributary
