#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "cache/answer.hpp"
#include "dns/message_builder.hpp"
#include "dns/message_view.hpp"
#include "resolver/strategy/reply_records.hpp"
#include "resolver/upstream/upstream.hpp"

namespace tributary::resolver {

/// What a reply is worth, best first (docs/decision-core.md tells the ladder).
enum class Grade : std::uint8_t {
  complete,   ///< NOERROR with records of the type asked for, at the end of the CNAME chain if there is one.
  negative,   ///< NXDOMAIN or NODATA with the SOA that RFC 2308 asks for.
  weak,       ///< A CNAME without its target, or a negative reply without SOA.
  truncated,  ///< TC: no answer.
  useless,    ///< SERVFAIL, REFUSED and the like; a referral; a lame or malformed reply.
};

struct Judgement {
  Grade grade = Grade::useless;
  cache::AnswerPtr answer;                        ///< Null for `truncated` and `useless`.
  dns::Rcode rcode = dns::Rcode::SERVFAIL;        ///< Of the reply.
  std::optional<dns::ExtendedErrorOption> error;  ///< The EDE in it.
  std::string reason;                             ///< Why it is useless, in a few words.
  bool validated = false;  ///< The upstream vouches for it: AD is set (RFC 4035 §3.2.3).
  bool bogus = false;      ///< We validated it, and it failed: `error` says why.
  bool undecided = false;  ///< We could not find out whether it is: `error` says why. Nobody's fault.
  /// What a cache told for the first set of the answer, in seconds, before it was cut to the limits. 0 if it
  /// told nothing, or the source need not count down: it is the authority, or our own memory.
  std::uint32_t told_ttl = 0;
  bool above_original = false;  ///< A TTL in it was above the one that its good signature names.
};

/// Judges replies and makes answers: the one place where bytes from outside become something to be cached and
/// sent.
///
/// A reply is never taken as it stands. Its answer is built anew from what belongs to the question: the CNAME
/// and DNAME chain from the QNAME, the records of the type at its end, the SOA of a negative reply, and (for
/// clients with DO) the signatures and denials; everything else (other owners, NS, additional records) is
/// left behind, so that nothing can be slipped into the cache. TTLs of one RRset become equal (RFC 2181
/// §5.2), are cut to the limits and lessened by the reply's age.
///
/// Keeps its working memory from reply to reply: one for each worker, used by one thread at a time.
class Judge {
 public:
  struct Limits {
    std::chrono::seconds max_ttl{}, max_negative_ttl{};
  };
  static constexpr std::size_t longest_chain = 11;  ///< CNAMEs followed, as in the sources' own limits.

  explicit Judge(Limits limits) : limits_(limits) {}

  Judge(const Judge&) = delete;
  Judge& operator=(const Judge&) = delete;

  const Limits& limits() const { return limits_; }

  /// Requires: the question of `reply` is that of `query`.
  Judgement judge(const Query& query, const Reply& reply, Instant now);

  static constexpr std::chrono::seconds longest_failure{300};
  /// The answer when no source had one: SERVFAIL, remembered 5 s · 2ⁿ after n failures before (RFC 9520
  /// §3.2), no longer than `longest`.
  static cache::AnswerPtr failure(const dns::Question& question, dns::ExtendedErrorOption error,
                                  unsigned failures_before, Instant now,
                                  std::chrono::seconds longest = longest_failure);

  /// `judged` as validation finds it at `now`: no record lives longer than its place in `most_ttls` (seconds;
  /// empty: as long as it did). Requires: `most_ttls` has a place for each
  /// record, or none.
  static cache::AnswerPtr seal(const cache::Answer& judged, cache::Security security,
                               std::span<const std::uint32_t> most_ttls, Instant now);

  /// `first`, whose chain continues, and what was found there, as one answer to `question`: to be sent, not
  /// to be kept. A failure at the end is a failure of the whole; what
  /// is stale in part is stale. Null if it is larger than a message can be.
  static cache::AnswerPtr joined(const dns::Question& question, const cache::Answer& first,
                                 const cache::Answer& rest, Instant now);

 private:
  struct Draft;

  Judgement grade_records(const Query& query, const Reply& reply, dns::Rcode rcode, Instant now);
  std::uint32_t told_ttl(const Reply& reply) const;
  void keep_authority(const ReplyRecord* soa);
  void settle_ttls(std::vector<ReplyRecord>& records, std::chrono::seconds most,
                   std::chrono::seconds age) const;
  bool append(dns::Section section, dns::Type asked, bool dnssec);
  static cache::AnswerPtr make(const dns::MessageBuilder& builder, Draft draft, Instant now);

  Limits limits_;
  ReplyRecords reply_;
  std::vector<ReplyRecord> answer_, authority_;  // what is kept of it
  dns::MessageBuilder builder_{dns::Header()};
};

}  // namespace tributary::resolver
