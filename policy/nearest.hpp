#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tributary::policy {

/// The candidate that `word` was most likely meant to be: the one with the fewest changed letters, if they
/// are at most a third of the word (one for short words).
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);

}  // namespace tributary::policy
