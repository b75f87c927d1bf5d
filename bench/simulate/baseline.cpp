#include "bench/simulate/baseline.hpp"

#include <algorithm>

#include "dns/message_view.hpp"

namespace tributary::simulate {
namespace {

std::optional<dns::Rcode> good_rcode(const resolver::ExchangeResult& result) {
  if (!result) return std::nullopt;
  const auto header = dns::read_header(result->message);
  const bool good = header && (header->rcode == dns::Rcode::NOERROR || header->rcode == dns::Rcode::NXDOMAIN);
  return good ? std::optional(header->rcode) : std::nullopt;
}

}  // namespace

/// Those who are asked at once. Exchanges that have not ended outlive their query.
struct Baseline::Round {
  Round(Timers& timers, std::size_t asked) : over(timers), race(asked > 1), pending(asked) {}

  Alarm over;  // rung when it is
  bool race;
  std::size_t pending;
  std::optional<dns::Rcode> answer;
};

Baseline::Baseline(const World& world) : world_(world) {
  for (std::size_t i = 0; i < count; ++i) {
    upstreams_.emplace_back(i, world.network, world.names, world.time.timers);
  }
}

Task<std::optional<dns::Rcode>> Baseline::ask(resolver::Query query, Deadline deadline) {
  Upstreams tried;
  Instant now = world_.time.clock.now();
  for (std::size_t refusals = 0; refusals < most_refusals && !deadline.passed(now);) {
    const Upstreams asked = choose(tried);
    const Deadline round_ends = deadline.sooner(now + patience);
    const auto round = std::make_shared<Round>(world_.time.timers, asked.size());
    for (const auto upstream : asked) {
      tried.push_back(upstream);
      world_.time.nursery.start(exchange(this, round, upstream, query, round_ends), "an exchange");
    }
    co_await round->over.wait_until(round_ends.at());
    if (round->answer) co_return round->answer;
    now = world_.time.clock.now();
    refusals += !round_ends.passed(now);
  }
  co_return std::nullopt;
}

Task<> Baseline::exchange(Baseline* self, std::shared_ptr<Round> round, std::size_t upstream,
                          resolver::Query query, Deadline deadline) {
  const Instant began = self->world_.time.clock.now();
  const auto rcode = good_rcode(co_await self->upstreams_[upstream].exchange(std::move(query), deadline));
  self->heard(upstream, rcode.has_value(), self->world_.time.clock.now() - began);
  --round->pending;
  if (rcode && !round->answer) {
    round->answer = rcode;
    if (round->race) self->won_race(upstream);
  }
  if (round->answer || round->pending == 0) round->over.ring();
}

Task<bool> Baseline::probe(std::size_t upstream, Duration wait) {
  const resolver::Query query{{dns::Name(), dns::Type::NS, dns::Class::IN}, false};
  const Deadline deadline(world_.time.clock.now() + wait);
  co_return good_rcode(co_await upstreams_[upstream].exchange(query, deadline)).has_value();
}

Upstreams Baseline::untried(const Upstreams& tried) {
  const auto begun = std::span(tried).subspan(tried.size() / count * count);
  Upstreams out;
  for (std::size_t i = 0; i < count; ++i) {
    if (std::ranges::find(begun, i) == begun.end()) out.push_back(i);
  }
  return out;
}

}  // namespace tributary::simulate
