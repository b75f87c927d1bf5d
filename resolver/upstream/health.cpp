#include "resolver/upstream/health.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "resolver/upstream/ramp.hpp"

namespace tributary::resolver {
namespace {

constexpr auto relaxed = std::memory_order_relaxed;

/// How long to leave alone an upstream that limits our rate without saying for how long.
constexpr Duration default_pause = std::chrono::seconds(5);
/// What limits our rate is not asked again before, whatever it says.
constexpr Duration shortest_pause = std::chrono::seconds(1);
/// Nobody keeps us away for longer than this with one reply.
constexpr Duration longest_pause = std::chrono::minutes(5);

/// What the round-trip times say is worked out anew after so many, or so long after the last time.
constexpr unsigned rtts_between_looks = 32;
constexpr Duration time_between_looks = std::chrono::milliseconds(100);

/// The time at which a reply finds `penalty`. Of an upstream that has just come back replies alone lower it:
/// else all would rush to it before its ramp is over.
Instant time_of_reply(const Penalty& penalty, Instant closed_at, Instant now) {
  return now < closed_at + ramp_length ? std::min(penalty.since(), now) : now;
}

bool sooner(std::optional<Instant> than, std::optional<Instant> due) {
  return due && (!than || *due < *than);
}

}  // namespace

Health::Health(std::string name, LocalLink* link, cache::UpstreamPlace place)
    : name_(std::move(name)), place_(place), link_(link) {
  if (link_ != nullptr) number_ = link_->join([this](Instant now) { forgive(now); });
}

Health::~Health() {
  if (link_ != nullptr) link_->leave(number_);
}

void Health::wake_prober() const {
  if (const auto wake = wake_.with([](const auto& now) { return now; })) wake();
}

template <typename Change>
void Health::update(Instant now, Change change) {
  bool wake = false;
  const Transition transition = knowledge_.with([&](Knowledge& knowledge) {
    const auto due = knowledge.breaker.probe_due();
    const auto before = knowledge.breaker.state();
    Transition result = change(knowledge);
    if (result) changes_.add({now, before, result->to, result->reason});
    if (result && result->to == CircuitBreaker::State::closed) published_.closed_at.store(now, relaxed);
    publish(knowledge);
    wake = sooner(due, knowledge.breaker.probe_due());
    return result;
  });
  if (transition) {
    const bool opened = transition->to == CircuitBreaker::State::open;
    spdlog::log(opened ? spdlog::level::warn : spdlog::level::info, "upstream {} is {}: {}", name_,
                to_text(transition->to), transition->reason);
  }
  if (wake) wake_prober();
}

void Health::publish(const Knowledge& knowledge) {
  published_.state.store(knowledge.breaker.state(), relaxed);
  published_.last_failure.store(knowledge.breaker.last_failure(), relaxed);
  published_.penalty.store(knowledge.penalty.value(knowledge.penalty.since()), relaxed);
  published_.penalty_since.store(knowledge.penalty.since(), relaxed);
}

void Health::publish_rtts(Knowledge& knowledge, Instant now) {
  const Duration median = knowledge.rtts.median(now);
  knowledge.slow_weight.observe(median, now);
  knowledge.rtts_unseen = 0;
  knowledge.rtts_published = now;
  published_.median.store(median, relaxed);
  published_.hedge_delay.store(knowledge.rtts.hedge_delay(), relaxed);
  published_.patience.store(knowledge.rtts.patience(), relaxed);
  published_.slow_weight.store(knowledge.slow_weight.value(), relaxed);
}

Standing Health::standing(Instant now) const {
  const bool fresh = now - published_.last_reply.load(relaxed) <= RttWindow::stale_after;
  const Instant closed_at = published_.closed_at.load(relaxed);
  const double share = closed_at == Instant::min() ? 1 : ramp(now - closed_at);
  const Instant fades_from = std::max(published_.penalty_since.load(relaxed), closed_at + ramp_length);
  return {.typical_rtt = fresh ? published_.median.load(relaxed) : Duration::zero(),
          .hedge_delay = published_.hedge_delay.load(relaxed),
          .penalty = Penalty::faded(published_.penalty.load(relaxed), now - fades_from),
          .in_flight = in_flight_.load(relaxed),
          .share = share * published_.slow_weight.load(relaxed)};
}

Duration Health::patience(Origin origin) const {
  return origin == Origin::probe ? RttWindow::least_patience : published_.patience.load(relaxed);
}

CircuitBreaker::Moment Health::moment(Instant now, Random& random) const {
  return {now, published_.patience.load(relaxed), random};
}

std::optional<Instant> Health::probe_due() const {
  if (published_.probe_wanted.load(relaxed)) return Instant();
  if (link_down() || disabled()) return std::nullopt;
  return knowledge_.with([](const Knowledge& knowledge) { return knowledge.breaker.probe_due(); });
}

void Health::enable() {
  published_.disabled.store(false, relaxed);
  wake_prober();  // probes of it are due again
}

void Health::want_probe() {
  published_.probe_wanted.store(true, relaxed);
  wake_prober();
}

HealthReport Health::report(Instant now) const {
  HealthReport out{probe_due(), {}, {}, changes_.all(), bogus_.all()};
  out.last_failure = last_failure_.with([](const auto& last) { return last; });
  if (out.last_failure && out.last_failure->at < published_.last_reply.load(relaxed))
    out.last_failure.reset();
  knowledge_.with([&](const Knowledge& knowledge) {
    out.p50 = knowledge.rtts.median(now);
    out.p99 = knowledge.rtts.p99();
  });
  return out;
}

void Health::probe_sent(Instant now, Duration timeout) {
  published_.probe_wanted.store(false, relaxed);
  knowledge_.with([=](Knowledge& knowledge) { knowledge.breaker.probe_sent(now, timeout); });
}

void Health::forgive(Instant now) {
  update(now, [now](Knowledge& knowledge) -> Transition {
    knowledge.breaker.forgive(now);
    knowledge.penalty = {};
    return std::nullopt;
  });
}

void Health::query_sent(Origin origin) {
  in_flight_.fetch_add(1, relaxed);
  auto& counter = origin == Origin::probe ? counters_.probes : counters_.queries;
  counter.fetch_add(1, relaxed);
}

void Health::reply_arrived(Duration rtt, Instant now) {
  in_flight_.fetch_sub(1, relaxed);
  counters_.replies.fetch_add(1, relaxed);
  counters_.latency.add(rtt);
  if (link_ != nullptr) link_->succeeded(number_, now);
}

void Health::succeeded(Duration rtt, Instant now) {
  reply_arrived(rtt, now);
  published_.last_reply.store(now, relaxed);
  update(now, [=, this](Knowledge& knowledge) {
    knowledge.penalty.replied(time_of_reply(knowledge.penalty, published_.closed_at.load(relaxed), now));
    knowledge.refusals.answered();
    knowledge.rtts.add(rtt, now);
    const bool look =
        ++knowledge.rtts_unseen >= rtts_between_looks || now - knowledge.rtts_published >= time_between_looks;
    if (look) publish_rtts(knowledge, now);
    return knowledge.breaker.answered(now - rtt, true, now);
  });
}

void Health::answered_badly(const SentExchange& exchange, Duration rtt, dns::Rcode rcode, Instant now,
                            Random& random) {
  reply_arrived(rtt, now);
  update(now, [&](Knowledge& knowledge) -> Transition {
    auto& breaker = knowledge.breaker;
    breaker.answered(now - rtt, false, now);
    if (breaker.state() != CircuitBreaker::State::closed) {
      return breaker.failed(exchange, "a probe was answered with " + dns::to_text(rcode) + " or without data",
                            moment(now, random));
    }
    if (rcode != dns::Rcode::REFUSED) {
      knowledge.refusals.other_error();
      return std::nullopt;
    }
    const auto pause = knowledge.refusals.refused(exchange.domain, now);
    if (!pause) return std::nullopt;
    return breaker.pause(now, *pause, "10 times REFUSED in a row: it seems to limit our rate");
  });
}

/// True if our own link is down, so that the upstream is not to blame.
bool Health::blame_link(const SentExchange& exchange, bool no_route, Instant now) {
  if (link_ == nullptr) return false;
  if (!exchange.overdue && link_->failed(number_, exchange.domain, no_route, now)) wake_prober();
  return link_->down();
}

void Health::overdue(SentExchange& exchange, Instant now, Random& random) {
  counters_.overdue.fetch_add(1, relaxed);
  const bool blameless = blame_link(exchange, false, now);
  exchange.overdue = true;
  if (blameless) return;
  update(now, [&](Knowledge& knowledge) {
    knowledge.penalty.failed(now);
    return knowledge.breaker.overdue(exchange, "no reply in time", moment(now, random));
  });
}

void Health::failed(const SentExchange& exchange, const Failure& failure, Instant now, Random& random) {
  in_flight_.fetch_sub(1, relaxed);
  if (failure.kind == Failure::Kind::cancelled) return;
  counters_.failures[static_cast<std::size_t>(failure.kind)].fetch_add(1, relaxed);
  last_failure_.with([&](auto& last) { last = FailedExchange{now, failure}; });
  const bool limited = failure.kind == Failure::Kind::rate_limited;
  if (!limited && blame_link(exchange, failure.kind == Failure::Kind::no_route, now)) return;
  update(now, [&](Knowledge& knowledge) {
    if (limited) {
      const auto pause =
          std::clamp(failure.retry_after.value_or(default_pause), shortest_pause, longest_pause);
      return knowledge.breaker.pause(now, pause, failure.detail);
    }
    if (!exchange.overdue) knowledge.penalty.failed(now);
    return knowledge.breaker.failed(exchange, failure.detail, moment(now, random));
  });
}

void Health::unanswered_at_hedge(Instant now) {
  counters_.hedged.fetch_add(1, relaxed);
  if (link_down()) return;
  update(now, [now](Knowledge& knowledge) -> Transition {
    knowledge.penalty.unanswered_at_hedge(now);
    return std::nullopt;
  });
}

void Health::outdone(const dns::Name& name, const std::string& rcode, Instant now, Random& random) {
  counters_.outdone.fetch_add(1, relaxed);
  update(now, [&](Knowledge& knowledge) {
    knowledge.penalty.outdone(now);
    return knowledge.breaker.outdone(tag_of(name), rcode + " where a sibling had an answer",
                                     moment(now, random));
  });
}

std::optional<TtlAnomaly> Health::told_ttl(const dns::Question& question, std::uint32_t ttl, Instant now) {
  const auto tag = TtlWatch::tag_of(question, question_hash_);
  const auto odd = ttls_.with([=](TtlWatch& ttls) { return ttls.told(tag, ttl, now); });
  if (odd) told_odd_ttl(*odd);
  return odd;
}

void Health::replied_bogus(const dns::Question& question, dns::ExtendedErrorOption error, Instant now) {
  counters_.bogus.fetch_add(1, relaxed);
  bogus_.add({now, question, std::move(error)});
}

void Health::lost_validation(const std::string& why, Instant now) {
  const bool stood = validation_.with([&](ValidationStanding& standing) {
    const bool lost = standing.lost(now);
    published_.distrusted_until.store(standing.until(), std::memory_order_relaxed);
    published_.was_distrusted.store(true, std::memory_order_relaxed);
    return lost;
  });
  if (stood) spdlog::warn("upstream {} is asked last for what is validated: {}", name_, why);
}

void Health::proved_validation(Instant now) {
  if (!published_.was_distrusted.load(std::memory_order_relaxed)) return;
  const bool regained = validation_.with([&](ValidationStanding& standing) {
    const bool proven = standing.proven(now);
    if (proven) published_.was_distrusted.store(false, std::memory_order_relaxed);
    return proven;
  });
  if (regained) spdlog::info("upstream {} stands validation again", name_);
}

}  // namespace tributary::resolver
