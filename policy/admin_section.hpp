#pragma once

#include <filesystem>
#include <string>

#include <tl/expected.hpp>

#include "policy/config.hpp"
#include "policy/config_fields.hpp"

namespace tributary::policy {

/// Reads the section `admin`, if there is one. File names in it are relative to `folder`.
AdminConfig read_admin(const Section& root, const std::filesystem::path& folder);

/// The same out of a file of which nothing else need be right, for those who look for the daemon. A file that
/// cannot be read has no section.
AdminConfig admin_of_file(const std::filesystem::path& file);

/// The token in `file`, without white space around it. The error is a sentence: the file cannot be read, or
/// holds less than `shortest_token` characters.
inline constexpr std::size_t shortest_token = 16;
tl::expected<std::string, std::string> read_token(const std::filesystem::path& file);

}  // namespace tributary::policy
