#pragma once

#include <string_view>

namespace tributary::resolver {

/// docs/api/openapi.yaml, as it was when the program was built.
extern const std::string_view openapi_text;

}  // namespace tributary::resolver
