#include "resolver/upstream/guarded.hpp"

#include "dns/message_view.hpp"

namespace tributary::resolver {
namespace {

dns::Rcode rcode_of(const Reply& reply) {
  const auto header = dns::read_header(reply.message);
  return header ? header->rcode : dns::Rcode::FORMERR;
}

/// Records in the answer, or the SOA of a NODATA: the suffix of a route need not be where a zone begins.
bool has_data(const Reply& reply) {
  const auto view = dns::MessageView::parse(reply.message);
  if (!view) return false;
  bool found = view->record_count(dns::Section::answer) > 0;
  view->for_each_record([&](const dns::RecordView& record) {
    found |= record.section == dns::Section::authority && record.type == dns::Type::SOA;
  });
  return found;
}

/// Whether a reply shows that the upstream can resolve. What probes ask for exists.
bool resolves(Origin origin, dns::Rcode rcode, const Reply& reply) {
  if (origin == Origin::probe) return rcode == dns::Rcode::NOERROR && has_data(reply);
  return rcode == dns::Rcode::NOERROR || rcode == dns::Rcode::NXDOMAIN;
}

}  // namespace

/// Tells the health when the reply to an exchange is overdue.
class Guarded::Watch final : private Timers::Timer {
 public:
  /// `name` is what is asked for; it outlives the watch.
  Watch(Guarded& guarded, Origin origin, const dns::Name& name)
      : guarded_(guarded), name_(name), exchange_{.origin = origin, .at = guarded.timers_.now()} {
    guarded.timers_.set(*this, exchange_.at + guarded.health_.patience(origin));
  }

  /// As health is told of it when it does not go well: only then its domain matters.
  SentExchange& exchange() {
    if (exchange_.origin == Origin::client) exchange_.domain = tag_of(name_);
    return exchange_;
  }

 private:
  void expire() override { guarded_.health_.overdue(exchange(), guarded_.timers_.now(), guarded_.random_); }

  Guarded& guarded_;
  const dns::Name& name_;
  SentExchange exchange_;
};

Task<ExchangeResult> Guarded::exchange_as(Origin origin, Query query, Deadline deadline) {
  health_.query_sent(origin);
  Watch watch(*this, origin, query.question.name);
  auto result = co_await transport_->exchange(query, deadline);
  report(watch, origin, result);
  if (result) result->upstream = health_.place();
  co_return result;
}

void Guarded::report(Watch& watch, Origin origin, const ExchangeResult& result) {
  const Instant now = timers_.now();
  if (!result) return health_.failed(watch.exchange(), result.error(), now, random_);
  const auto rcode = rcode_of(*result);
  if (resolves(origin, rcode, *result)) return health_.succeeded(result->rtt, now);
  health_.answered_badly(watch.exchange(), result->rtt, rcode, now, random_);
}

}  // namespace tributary::resolver
