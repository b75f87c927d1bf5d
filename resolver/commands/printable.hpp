#pragma once

#include <string>
#include <string_view>

namespace tributary::commands {

/// Text from elsewhere, safe for a terminal: control characters become question marks.
std::string printable(std::string_view text);

/// How many columns it takes, about: one for each character of UTF-8.
std::size_t width_of(std::string_view text);

/// At most `width` columns of it; what is cut off leaves an ellipsis.
std::string shortened(std::string_view text, std::size_t width);

/// Lines of at most `width` columns, broken at spaces: the first begins with `first`, the others with as many
/// spaces. A word that is wider is shortened. Requires: `first` is narrower than `width`.
std::string wrapped(std::string_view first, std::string_view text, std::size_t width);

}  // namespace tributary::commands
