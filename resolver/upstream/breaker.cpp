#include "resolver/upstream/breaker.hpp"

#include <algorithm>

namespace tributary::resolver {
namespace {

/// 1 s · 2ⁿ, ± 25 % so that the probes of many instances do not fall together, at most 60 s.
Duration backoff(unsigned openings, Random& random) {
  const auto doubled = CircuitBreaker::first_backoff * (1u << std::min(openings, 6u));
  const auto jittered = std::chrono::duration_cast<Duration>(doubled * (0.75 + 0.5 * random.unit()));
  return std::min(jittered, CircuitBreaker::longest_backoff);
}

}  // namespace

std::optional<CircuitBreaker::Transition> CircuitBreaker::answered(Instant sent, bool well, Instant now) {
  last_answered_ = std::max(last_answered_, sent);
  answering_.succeeded(now);
  suspected_ = false;
  if (!well) return std::nullopt;
  answers_.succeeded(now);
  return good_probe(now);
}

std::optional<CircuitBreaker::Transition> CircuitBreaker::good_probe(Instant now) {
  if (state_ == State::closed || now < paused_until_) return std::nullopt;
  if (successes_ > 0 && now < last_success_ + probe_interval) return std::nullopt;
  ++successes_;
  last_success_ = now;
  next_probe_ = now + probe_interval;
  if (successes_ >= successes_to_close) {
    state_ = State::closed;
    openings_ = successes_ = 0;
    answering_.clear();
    answers_.clear();
    return Transition{state_, std::to_string(successes_to_close) + " good replies in a row"};
  }
  if (state_ == State::half_open) return std::nullopt;
  state_ = State::half_open;
  return Transition{state_, "it answers again"};
}

std::optional<CircuitBreaker::Transition> CircuitBreaker::overdue(const SentExchange& exchange,
                                                                  const std::string& reason, Moment moment) {
  last_failure_ = moment.now;
  if (state_ != State::closed || exchange.at < counts_from_) return std::nullopt;
  count_in_row(exchange, moment.now);
  return judge(answering_, reason, moment);
}

std::optional<CircuitBreaker::Transition> CircuitBreaker::failed(const SentExchange& exchange,
                                                                 const std::string& reason, Moment moment) {
  last_failure_ = moment.now;
  if (exchange.at < counts_from_) return std::nullopt;
  if (state_ != State::closed) return bad_probe(exchange, reason, moment);
  answering_.failed_in_window(exchange.domain, moment.now);
  if (!exchange.overdue) count_in_row(exchange, moment.now);
  return judge(answering_, reason, moment);
}

/// A query that was answered after this one had been sent refutes what this one seems to show. A probe goes
/// on with a suspicion and begins none: one that is merely slow would beget the next for ever.
void CircuitBreaker::count_in_row(const SentExchange& exchange, Instant now) {
  if (exchange.at < last_answered_ || (exchange.origin == Origin::probe && !suspected_)) return;
  answering_.failed_in_row(exchange.domain, now);
  if (!suspected_) next_probe_ = now;
  suspected_ = true;
}

std::optional<CircuitBreaker::Transition> CircuitBreaker::bad_probe(const SentExchange& probe,
                                                                    const std::string& reason,
                                                                    Moment moment) {
  if (probe.origin != Origin::probe) return std::nullopt;
  return open(moment.now, moment.now + backoff(openings_++, moment.random), reason);
}

std::optional<CircuitBreaker::Transition> CircuitBreaker::outdone(DomainTag domain, const std::string& reason,
                                                                  Moment moment) {
  last_failure_ = moment.now;
  if (state_ != State::closed) return std::nullopt;
  answers_.failed_in_row(domain, moment.now);
  answers_.failed_in_window(domain, moment.now);
  return judge(answers_, reason, moment);
}

std::optional<CircuitBreaker::Transition> CircuitBreaker::judge(const FailureAxis& axis,
                                                                const std::string& reason, Moment moment) {
  const auto verdict = axis.verdict(moment.now, moment.patience, reason);
  if (!verdict) return std::nullopt;
  return open(moment.now, moment.now + backoff(openings_++, moment.random), *verdict);
}

std::optional<CircuitBreaker::Transition> CircuitBreaker::pause(Instant now, Duration pause,
                                                                const std::string& reason) {
  last_failure_ = now;
  paused_until_ = std::max(paused_until_, now + pause);
  return open(now, paused_until_, reason);
}

std::optional<CircuitBreaker::Transition> CircuitBreaker::open(Instant now, Instant until,
                                                               const std::string& reason) {
  const bool was_open = state_ == State::open;
  if (state_ == State::closed) counts_from_ = now;  // What was sent before is part of why it opens.
  state_ = State::open;
  suspected_ = false;
  successes_ = 0;
  next_probe_ = std::max(until, paused_until_);
  if (was_open) return std::nullopt;
  return Transition{state_, reason};
}

void CircuitBreaker::forgive(Instant now) {
  answering_.clear();
  answers_.clear();
  suspected_ = false;
  openings_ = 0;
  counts_from_ = now;
  if (state_ != State::closed) next_probe_ = std::max(now, paused_until_);
}

std::optional<Instant> CircuitBreaker::probe_due() const {
  if (state_ == State::closed && !suspected_) return std::nullopt;
  return next_probe_;
}

void CircuitBreaker::probe_sent(Instant now, Duration timeout) {
  next_probe_ = now + (state_ == State::closed ? suspicion_interval : timeout);
}

const char* to_text(CircuitBreaker::State state) {
  switch (state) {
    case CircuitBreaker::State::closed:
      return "closed";
    case CircuitBreaker::State::open:
      return "open";
    case CircuitBreaker::State::half_open:
      return "half_open";
  }
  return "unknown";
}

}  // namespace tributary::resolver
