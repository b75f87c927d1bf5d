#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace tributary::resolver {

// Octets in targets of requests (RFC 3986 §2.1).

/// Nothing if a % is not followed by two hexadecimal digits.
std::optional<std::string> percent_decoded(std::string_view text);

/// All but unreserved characters, and those in `spared`, encoded.
std::string percent_encoded(std::string_view text, std::string_view spared);

/// `a=1&b=2`, where a + is a space. Of a name that comes twice the first value counts; nothing if something
/// cannot be decoded.
std::optional<std::map<std::string, std::string>> query_parameters(std::string_view query);

}  // namespace tributary::resolver
