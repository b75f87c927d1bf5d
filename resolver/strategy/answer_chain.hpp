#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "dns/message_view.hpp"
#include "dns/record.hpp"

namespace tributary::resolver {

/// What of a reply's answer section belongs to a question.
struct AnswerChain {
  std::vector<dns::Record>
      records;            ///< CNAMEs, DNAMEs and final records in order; with signatures if wanted.
  dns::Name end;          ///< Where the chain ends: the QNAME if there is no CNAME.
  bool has_data = false;  ///< There are records of the type at `end`.
  std::size_t links = 0;  ///< CNAMEs passed.
};

/// Follows the chain of `question` through `answer`. Nothing if it loops or has more than `longest` links.
std::optional<AnswerChain> follow_chain(const dns::Question& question, const std::vector<dns::Record>& answer,
                                        bool with_signatures, std::size_t longest);

/// The SOA in `authority` of a zone that `name` lies in (RFC 2308 §2), or null.
const dns::Record* soa_for(const dns::Name& name, const std::vector<dns::Record>& authority);

/// True if `authority` delegates `name` to other servers instead of answering (RFC 2308 §2.1, §2.2).
bool is_referral(const dns::Name& name, const std::vector<dns::Record>& authority);

/// NSEC, NSEC3 and their signatures, and those of `soa` if it is kept (else null): what a DO client needs to
/// check a denial or an answer made from a wildcard (RFC 4035 §3.1.3).
std::vector<dns::Record> denial_records(const std::vector<dns::Record>& authority, const dns::Record* soa);

}  // namespace tributary::resolver
