#pragma once

#include <filesystem>
#include <string_view>

#include <tl/expected.hpp>

#include "policy/config.hpp"
#include "policy/config_fields.hpp"

namespace tributary::policy {

/// Reads the section `dnssec`. File names in it are relative to `folder`; the file of trust anchors is read.
DnssecConfig read_dnssec(const Section& section, const std::filesystem::path& folder);

/// "example. IN DS 12345 8 2 HEX" or "example. IN DNSKEY 257 3 13 BASE64", without a TTL or with one, which
/// does not count: the record, or a sentence that says what is wrong. Any algorithm will do: a zone with none
/// that is supported is insecure (RFC 4035 §5.2).
tl::expected<dns::Record, std::string> parse_trust_anchor(std::string_view line);

}  // namespace tributary::policy
