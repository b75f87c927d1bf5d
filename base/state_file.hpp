#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace tributary {

// Files that outlive the process. All functions block; the errors are the system's words.

inline constexpr std::size_t max_state_file_bytes = std::size_t{1} << 20;

/// The file's contents; nothing if there is no such file. One larger than `max_state_file_bytes` is an error.
tl::expected<std::optional<std::string>, std::string> read_state_file(const std::filesystem::path& file);

/// Hands a file of any size to `take`, piece by piece, until that returns false. If there is no such file,
/// there are no pieces.
tl::expected<void, std::string> read_pieces(const std::filesystem::path& file,
                                            const std::function<bool(std::span<const std::uint8_t>)>& take);

/// Puts `text` in the place of the file at once: whatever happens, the power failing included, it has either
/// its old contents or these. Only its owner may read it.
tl::expected<void, std::string> replace_state_file(const std::filesystem::path& file, std::string_view text);

}  // namespace tributary
