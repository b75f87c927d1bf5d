#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace tributary::policy {

/// Why this process cannot read `file`, in the system's words; nothing if it can. Does not open it.
std::optional<std::string> why_unreadable(const std::filesystem::path& file);

}  // namespace tributary::policy
