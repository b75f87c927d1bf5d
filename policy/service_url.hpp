#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "policy/config.hpp"

namespace tributary::policy {

/// Reads an upstream's url in one of the forms of UpstreamScheme and fills what it says: scheme, address,
/// host, port, path, zone_file (as written). The error is a sentence.
tl::expected<UpstreamConfig, std::string> parse_upstream_url(std::string_view url);

/// The url that says the same, as one would write it.
std::string to_url(const UpstreamConfig& upstream);

}  // namespace tributary::policy
