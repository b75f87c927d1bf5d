#pragma once

#include <string>
#include <string_view>

namespace tributary::policy {

/// `text` in quotes for a message: unprintable octets as \xHH, cut after 64 octets.
std::string quote(std::string_view text);

}  // namespace tributary::policy
