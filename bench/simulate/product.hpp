#pragma once

#include <deque>
#include <memory>

#include "bench/simulate/forwarder.hpp"
#include "resolver/strategy/group.hpp"
#include "resolver/upstream/prober.hpp"

namespace tributary::simulate {

/// Tributary itself: its group, strategy, acceptance, breakers and prober, put together as a worker does it.
class Product final : public Forwarder {
 public:
  Product(const World& world, policy::GroupConfig config);

  Task<std::optional<dns::Rcode>> ask(resolver::Query query, Deadline deadline) override;
  bool ejected(std::size_t upstream) const override { return !health_[upstream].closed(); }

 private:
  std::vector<resolver::Group::Member> members();
  std::vector<resolver::Prober::Target> targets();

  resolver::WorkerTools tools_;
  resolver::Judge judge_{{std::chrono::hours(24), std::chrono::hours(1)}};
  resolver::LocalLink link_;
  std::deque<resolver::Health> health_;
  std::deque<resolver::Guarded> guarded_;
  std::unique_ptr<resolver::Group> group_;
  std::unique_ptr<resolver::Prober> prober_;
};

}  // namespace tributary::simulate
