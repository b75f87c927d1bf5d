#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "resolver/explain/explanation.hpp"

namespace tributary::explain {

// What the texts of an explanation are made of. Pure.

/// "www.example. A".
std::string to_text(const dns::Question& question);
/// "12.3 ms".
std::string milliseconds_text(Duration duration);
/// "2026-11-22T13:36:05Z".
std::string date_text(Duration since_1970);

/// Its name in RFC 8914 §4, in small letters; empty for codes that we have no name for.
std::string_view words_for(dns::ExtendedError code);

/// The attempts of all steps: those that were sent in the order in which they were, then the others.
std::vector<const Attempt*> in_order(const Explanation& explanation);

/// How many columns a text takes on a terminal: its characters, as there are none that are wide.
std::size_t columns(std::string_view text);
/// The text cut to `most` columns, or padded to them.
std::string fitted(std::string_view text, std::size_t most);
/// What others wrote, without what a terminal might obey: control characters become '?'.
std::string harmless(std::string_view text);

}  // namespace tributary::explain
