#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "dns/edns.hpp"
#include "dns/message_view.hpp"

namespace tributary::resolver {

/// Why a query is not resolved: what the client is told instead.
struct Refusal {
  dns::Rcode rcode = dns::Rcode::REFUSED;
  std::optional<dns::ExtendedErrorOption> error;
};

/// The message has no more records than a query needs: OPT, a signature (RFC 8945, RFC 2931), and the SOA of
/// IXFR (RFC 1995 §3). To be asked before it is parsed: walking through hundreds of records, each with a long
/// chain of compression pointers, costs as much as dozens of answers. Requires: at least a header. Pure.
bool has_few_records(std::span<const std::uint8_t> message);

/// What must be refused whoever asks: unknown EDNS versions (BADVERS, RFC 6891 §6.1.3), cookies of a
/// length that there is not (RFC 7873 §5.2.2), zone transfers, classes other than IN, and types that are no
/// data (RFC 6895 §3.1). Nothing if the query may go on. Pure.
std::optional<Refusal> screen(const dns::MessageView& query);

/// A query without RD for what only others know (RFC 8914 §4.21).
Refusal recursion_needed();

}  // namespace tributary::resolver
