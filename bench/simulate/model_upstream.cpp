#include "bench/simulate/model_upstream.hpp"

#include "bench/simulate/reply_message.hpp"

namespace tributary::simulate {

using resolver::Failure;

Task<resolver::ExchangeResult> ModelUpstream::exchange(resolver::Query query, Deadline deadline) {
  const Instant now = timers_.now();
  Fate fate = network_.ask(which_, query.question.name, now - start_, deadline.remaining(now));
  const bool silent = fate.outcome == Fate::Outcome::silence || deadline.passed(now + fate.after);
  if (silent) fate = {};
  if (silent || fate.after > Duration()) {
    Alarm nobody_rings(timers_);
    co_await nobody_rings.wait_until(silent ? deadline.at() : now + fate.after);
  }
  co_return result(query, fate);
}

resolver::ExchangeResult ModelUpstream::result(const resolver::Query& query, const Fate& fate) const {
  switch (fate.outcome) {
    case Fate::Outcome::silence:
      return tl::unexpected(Failure{Failure::Kind::timeout, "no reply over UDP", {}});
    case Fate::Outcome::unreachable:
      return tl::unexpected(Failure{Failure::Kind::no_route, "Network is unreachable", {}});
    case Fate::Outcome::rate_limited:
      return tl::unexpected(
          Failure{Failure::Kind::rate_limited, "HTTP status 429", std::chrono::seconds(10)});
    default:
      resolver::Reply reply;
      reply.message = reply_message(query.question, fate.outcome, names_.facts(query.question.name).exists);
      reply.rtt = fate.rtt;
      return reply;
  }
}

}  // namespace tributary::simulate
