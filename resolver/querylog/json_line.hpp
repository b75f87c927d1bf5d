#pragma once

#include <string>
#include <vector>

#include "resolver/querylog/query_record.hpp"

namespace tributary::resolver {

/// Appends one line: a JSON object (RFC 8259) of printable ASCII, whatever octets the query had.
///
/// Always there: time (UTC), client, protocol, rcode, source, latency_ms, security, bytes (of the reply).
/// Where they are known: name and type (the query could be parsed), upstream (its place is in `upstreams`),
/// ede.
void append_json_line(const LoggedQuery& query, const std::vector<std::string>& upstreams, std::string& out);

/// "2026-11-22T13:00:00.123456Z" for a time since 1970.
std::string utc_text(Duration since_1970);

}  // namespace tributary::resolver
