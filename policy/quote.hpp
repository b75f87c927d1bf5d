#pragma once

#include <string>
#include <string_view>

namespace tributary::policy {

/// `text` fit for a terminal: octets other than printable ASCII as \xHH, cut after 64 octets.
std::string printable(std::string_view text);

/// The same in quotes, for messages.
std::string quote(std::string_view text);

}  // namespace tributary::policy
