#pragma once

#include <string_view>

#include "cache/answer.hpp"

namespace tributary::cache {

/// Its name.
std::string_view to_text(Security security);

}  // namespace tributary::cache
