#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "dns/record.hpp"

namespace tributary::dns {

/// Reads one record in presentation format; `origin` completes relative names. The error is a sentence.
tl::expected<Record, std::string> read_presentation(std::string_view line, const Name& origin);

/// The RDATA in presentation format; that of RFC 3597 §5 if the type is unknown or the RDATA malformed.
std::string rdata_text(const Record& record);

}  // namespace tributary::dns
