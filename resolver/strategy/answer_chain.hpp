#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "resolver/strategy/reply_records.hpp"

namespace tributary::resolver {

/// What of a reply's answer section belongs to its question. Names are places in the reply.
struct AnswerChain {
  std::size_t end = dns::header_size;  ///< Where the chain ends: the QNAME if there is no CNAME.
  bool has_data = false;               ///< There are records of the type at `end`.
  std::size_t links = 0;               ///< CNAMEs passed.
  /// Set if the chain was not followed further on purpose: the zone whose denials belong to what there is of
  /// it.
  std::optional<std::size_t> stopped_in = {};
};

/// Follows the chain from the question's name through the answer section of `reply`, and appends to `kept`
/// what belongs to it: CNAMEs, DNAMEs and final records in order, each set with its signatures. Nothing if it
/// loops or has more than `longest` links.
std::optional<AnswerChain> follow_chain(const ReplyRecords& reply, dns::Type type, std::size_t longest,
                                        std::vector<ReplyRecord>& kept);

/// The SOA in the authority section of a zone that `name` lies in (RFC 2308 §2), or null.
const ReplyRecord* soa_for(const ReplyRecords& reply, std::size_t name);

/// True if the authority section delegates `name` to other servers instead of answering (RFC 2308 §2.1,
/// §2.2).
bool is_referral(const ReplyRecords& reply, std::size_t name);

/// As append_denial, but only what stands in the zone whose name is at `zone`.
void append_denial_in(const ReplyRecords& reply, std::size_t zone, std::vector<ReplyRecord>& kept);

/// Appends NSEC, NSEC3 and their signatures, and those of `soa` if it is kept (else null): what a DO client
/// needs to check a denial or an answer made from a wildcard (RFC 4035 §3.1.3).
void append_denial(const ReplyRecords& reply, const ReplyRecord* soa, std::vector<ReplyRecord>& kept);

}  // namespace tributary::resolver
