#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "cache/entry.hpp"
#include "dns/message_view.hpp"
#include "resolver/listener/query_handler.hpp"
#include "resolver/querylog/answer_origin.hpp"

namespace tributary::resolver {

/// What a response says, apart from what belongs to the one client: everything in it is borrowed.
struct ResponseContent {
  dns::Rcode rcode = dns::Rcode::NOERROR;
  /// A message with header, the client's question in any case, answer and authority; its header counts are
  /// used, nothing else of its header (its first four octets may be anything). Empty: no records.
  std::span<const std::uint8_t> message;
  std::span<const std::uint16_t> ttl_offsets;
  std::uint32_t age = 0;        ///< Seconds that the TTLs have lost.
  cache::DnssecCuts cuts = {};  ///< What of `message` is for clients with DO alone.
  std::optional<cache::ErrorView> error;
  AnswerOrigin origin;
  /// All of it was validated, and is secure.
  bool authentic() const { return origin.security == cache::Security::secure; }
};

/// The largest response that the client takes over its protocol: 65,535 octets over TCP; over UDP 512 without
/// EDNS, else its payload size, at least 512 (RFC 6891 §6.2.3), at most 1,232.
std::size_t response_limit(const dns::MessageView& query, Protocol protocol);

/// Writes the response to `query` into `out` and returns its size: ID, RD, CD and the question as the client
/// wrote it (its case too), QR and RA set; AD if the content is authentic and the query had AD or DO (RFC
/// 6840 §5.7, §5.8); TTLs lessened by the age; records of DNSSEC only if the
/// query had DO or asked for them (RFC 3225 §3, RFC 4035 §3.1.4, §3.2.1); OPT if the query had one, with
/// `cookie` (the data of a COOKIE option; empty: none) and the EDE as far as they fit. What does not fit
/// `limit` beside OPT and cookie is left out whole and TC set (RFC 2181 §9). Requires: limit <= out.size(),
/// and room in it for header, question and (if the query had one) OPT.
std::size_t write_response(const dns::MessageView& query, const ResponseContent& content, std::size_t limit,
                           std::span<std::uint8_t> out, std::span<const std::uint8_t> cookie = {});

/// A response to what could not be parsed: the header alone, with ID, opcode and RD of the query (RFC 1035
/// §4.1.1).
std::size_t write_header_response(const dns::Header& query, dns::Rcode rcode, std::span<std::uint8_t> out);

/// The content of an answer as it is at `now`, for a query that came at `received`. Borrows from `answer`.
ResponseContent content_of(const cache::Answer& answer, Instant now, Instant received);
/// The same of an entry, for a query that has just come, straight from the cache's memory: good while the
/// guard that found it lives.
ResponseContent content_of(const cache::EntryView& entry, Instant now);

}  // namespace tributary::resolver
