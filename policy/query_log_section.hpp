#pragma once

#include <filesystem>

#include "policy/config.hpp"
#include "policy/config_fields.hpp"

namespace tributary::policy {

/// Reads the section `query_log` of `root`, which may lack it. Paths in it are relative to `folder`.
QueryLogConfig read_query_log(const Section& root, const std::filesystem::path& folder);

}  // namespace tributary::policy
