#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace tributary::policy {

/// Reads a whole number that counts `unit` ("B", "ms", "s", or empty for a plain count), or a larger unit of
/// its kind: "64MiB", "4s", "1500ms"; without a unit it counts `unit`. The error is a sentence.
tl::expected<std::uint64_t, std::string> parse_quantity(std::string_view text, std::string_view unit);

/// The shortest form that `parse_quantity` reads back: "64MiB", "1d", "1500ms".
std::string quantity_text(std::uint64_t value, std::string_view unit);

}  // namespace tributary::policy
