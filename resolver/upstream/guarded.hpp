#pragma once

#include <memory>

#include "base/random.hpp"
#include "base/timers.hpp"
#include "resolver/upstream/health.hpp"
#include "resolver/upstream/upstream.hpp"

namespace tributary::resolver {

/// An upstream whose every exchange is reported to its health, so that strategies never see breaker logic.
class Guarded final : public Upstream {
 public:
  /// `health`, `timers` and `random` outlive this object.
  Guarded(std::unique_ptr<Upstream> transport, Health& health, Timers& timers, Random& random)
      : transport_(std::move(transport)), health_(health), timers_(timers), random_(random) {
    transport_->when_injected([&health] { health.saw_injection(); });
    transport_->count_connections(health.connections());
  }

  Task<ExchangeResult> exchange(Query query, Deadline deadline) override {
    return exchange_as(Origin::client, std::move(query), deadline);
  }
  /// An exchange made to learn whether the upstream lives.
  Task<ExchangeResult> probe(Query query, Deadline deadline) {
    return exchange_as(Origin::probe, std::move(query), deadline);
  }

  Channel channel() const override { return transport_->channel(); }
  void start() override { transport_->start(); }
  void network_changed() override { transport_->network_changed(); }

  Health& health() { return health_; }
  const Health& health() const { return health_; }

 private:
  class Watch;

  Task<ExchangeResult> exchange_as(Origin origin, Query query, Deadline deadline);
  void report(Watch& watch, Origin origin, const ExchangeResult& result);

  std::unique_ptr<Upstream> transport_;
  Health& health_;
  Timers& timers_;
  Random& random_;
};

}  // namespace tributary::resolver
