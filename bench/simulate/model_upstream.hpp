#pragma once

#include "base/timers.hpp"
#include "bench/simulate/network.hpp"
#include "resolver/upstream/upstream.hpp"

namespace tributary::simulate {

/// One upstream of the network, as the product's code sees it.
class ModelUpstream final : public resolver::Upstream {
 public:
  /// What is referred to outlives the upstream. `start` is when the run begins.
  ModelUpstream(std::size_t which, Network& network, const Names& names, Timers& timers)
      : which_(which), network_(network), names_(names), timers_(timers), start_(timers.now()) {}

  Task<resolver::ExchangeResult> exchange(resolver::Query query, Deadline deadline) override;

 private:
  resolver::ExchangeResult result(const resolver::Query& query, const Fate& fate) const;

  std::size_t which_;
  Network& network_;
  const Names& names_;
  Timers& timers_;
  Instant start_;
};

}  // namespace tributary::simulate
