#pragma once

#include <array>
#include <vector>

#include "policy/decide.hpp"
#include "resolver/answer_validation.hpp"
#include "resolver/explain/trace.hpp"
#include "resolver/listener/query_handler.hpp"
#include "resolver/querylog/query_recorder.hpp"
#include "resolver/response.hpp"
#include "resolver/screening.hpp"
#include "resolver/sources.hpp"

namespace tributary::resolver {

/// The life of one query, for one worker:
///
///   parse → screen → decide → cache → coalesce → strategy and acceptance → cache → follow the chain → reply
///
/// `answer_now` goes as far as the cache; `answer_later` goes all the way. From `coalesce` to the second
/// `cache` it is Sources' business.
class Resolution final : public QueryHandler, private dnssec::LinkSource {
 public:
  /// How long a client waits: for any answer, and for a better one than the stale one that there is.
  struct Timeouts {
    Duration query{}, stale{};
  };

  /// `sources` are this worker's, by the index that policy::Forward names. References outlive this object,
  /// which outlives what it has begun: see `busy`.
  Resolution(SharedState shared, std::vector<Source> sources, Judge& judge, Timeouts timeouts,
             const WorkerTools& tools, QueryCounters& counters);

  using QueryHandler::answer_now;
  void answer_now(std::span<Asked> batch) override;
  Task<std::span<const std::uint8_t>> answer_later(std::vector<std::uint8_t> message, ClientInfo client,
                                                   Later later) override;

  /// A validated DNSKEY set, for who follows its keys (RFC 5011); a failure if there is none. Requires: a
  /// trust.
  Task<cache::AnswerPtr> ask_dnskeys(dns::Name zone);

  /// How a question is answered now, with all that is done for it. It is asked by itself, joins nobody
  /// else's and is counted as no client's; what comes of it is kept like any other answer. Ends when the
  /// attempts have, at most `longest_watch` after the answer.
  Task<explain::Explanation> explain(explain::ExplainRequest request);
  static constexpr Duration longest_watch = std::chrono::seconds(2);
  /// Has the queries that are answered from now on recorded; null: no more. Worker's thread, or before the
  /// first query. `recorder` outlives its use.
  void record_queries(QueryRecorder* recorder) { recorder_ = recorder; }

  const QueryCounters& counters() const { return counters_; }

  /// Whether clients wait for it, or the event loop is to call it. What else it has begun is in the nursery.
  bool busy() const { return pending_ > 0 || !refreshes_.empty(); }

 private:
  /// A query that has been parsed, and where its reply is to be written.
  struct Request {
    dns::MessageView view;
    dns::Question question;
    const ClientInfo& client;
    std::span<std::uint8_t> out;

    Query query(bool validate) const;
    /// The data of the COOKIE option, if there is one of a possible length.
    std::optional<std::span<const std::uint8_t>> cookie() const;
  };

  /// Counts the queries that are being answered later.
  class Pending {
   public:
    explicit Pending(std::size_t& count) : count_(count) { ++count_; }
    ~Pending() { --count_; }
    Pending(const Pending&) = delete;
    Pending& operator=(const Pending&) = delete;

   private:
    std::size_t& count_;
  };

  using ReadGuard = cache::AnswerCache::ReadGuard;
  /// A query whose answer may be in the cache.
  struct LookUp {
    Request request;
    policy::Forward route;
    cache::AnswerCache::Wanted wanted;
    Asked& asked;
  };
  /// What is to be asked for anew although it was answered.
  struct Refresh {
    Query query;
    std::size_t group;
  };
  /// So many look-ups wait for memory together: what they need of it stays in the processor's nearest cache.
  static constexpr std::size_t most_lookups = 16;

  /// The answer, if it needs no look into the cache; else what is looked up is added to `lookups_`.
  Immediate begin_answer(Asked& asked, const ReadGuard& guard);
  Immediate begin_lookup(Asked& asked, const Request& request, policy::Forward route, const ReadGuard& guard);
  void answer_lookups(const ReadGuard& guard);
  Immediate answer_from_cache(const LookUp& lookup, const ReadGuard& guard);
  /// It was validated, and has to be again.
  bool outdated(const cache::EntryView& entry) const;
  /// Starts what hits have made due, once their replies are out.
  void refresh_later();
  void start_refreshes();
  Written answer_any(const Request& request);
  Written answer_locally(const Request& request, const dns::Zone& zone);
  Written refuse(const Request& request, const Refusal& refusal);
  Written refuse_client(const Request& request);
  /// The client has shown that it receives what is sent to its address.
  bool proven(const Request& request) const;
  Written write(const Request& request, const cache::Answer& answer);
  Written write(const Request& request, const ResponseContent& content, std::size_t limit);
  std::size_t write_with_cookie(const Request& request, const ResponseContent& content, std::size_t limit);
  Written write_header(const Asked& asked, const dns::Header& query, dns::Rcode rcode);
  Written recorded(Written written, std::span<const std::uint8_t> query, const ClientInfo& client,
                   const ResponseContent& content, std::span<const std::uint8_t> out);
  void count_response(AnswerSource source, dns::Rcode rcode);

  /// An answer to `query`, which is routed to `group`, with its CNAME chain followed to the end; never null.
  /// What is asked of upstreams may go on until `flight_end`, longer than this client waits.
  Task<cache::AnswerPtr> resolve(Query query, std::size_t group, ClientWait wait, Deadline flight_end);
  /// An answer to a question that answering another one has led to, from wherever policy says; never null. If
  /// it is validated, then as part of `effort`.
  Task<cache::AnswerPtr> resolve_next(Query query, ClientWait wait, dnssec::EffortPtr effort);
  Task<cache::AnswerPtr> ask_link(dns::Question question, dnssec::EffortPtr effort) override;
  Task<explain::Answer> answer_explained(const explain::ExplainRequest* request, explain::TracePtr trace);
  Task<explain::Answer> ask_explained(Query query, policy::Forward route);
  std::optional<explain::Answer> refuse_explained(const explain::ExplainRequest& request,
                                                  explain::Trace& trace) const;
  void tell_route(const Query& query, const policy::Decision& decision) const;
  void tell_answer(const Query& query, const cache::Answer& answer) const;
  explain::Answer told(const Query& query, const cache::Answer& answer) const;
  Task<> watch_attempts(explain::TracePtr trace);

  Task<cache::AnswerPtr> ask_zone(Query query, const dns::Zone* zone);
  cache::AnswerPtr answer_from_zone(const Query& query, const dns::Zone& zone);
  cache::AnswerPtr failed(const Query& query, dns::ExtendedErrorOption error) const;

  SharedState shared_;
  cache::AnswerCache::Reader reader_;
  Judge& judge_;
  Timeouts timeouts_;
  const WorkerTools& tools_;
  QueryCounters& counters_;
  Sources sources_;
  std::optional<AnswerValidation> validation_;
  std::size_t pending_ = 0;
  QueryRecorder* recorder_ = nullptr;           // null: nobody wants to know
  std::vector<LookUp> lookups_;                 // scratch of answer_now
  std::vector<Refresh> refreshes_;              // to be started when the event loop comes to it
  std::array<std::uint8_t, 65535> late_reply_;  // as answer_later returned it last
};

}  // namespace tributary::resolver
