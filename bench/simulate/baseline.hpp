#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "bench/simulate/forwarder.hpp"
#include "bench/simulate/model_upstream.hpp"

namespace tributary::simulate {

using Upstreams = std::vector<std::size_t>;

/// A forwarder as others write it: asks whom `choose` says, waits for a while, asks whom it says next. The
/// first NOERROR or NXDOMAIN wins; a round ends when all that were asked have failed, or after 2 s.
class Baseline : public Forwarder {
 public:
  explicit Baseline(const World& world);

  Task<std::optional<dns::Rcode>> ask(resolver::Query query, Deadline deadline) override;

 protected:
  /// Whom to ask next, beside nobody; `tried` were asked for this query already. Not empty.
  virtual Upstreams choose(const Upstreams& tried) = 0;
  /// An exchange has ended, with or without a good reply.
  virtual void heard(std::size_t, bool /*good*/, Duration /*took*/) {}
  /// Its good reply was the first of several that were asked.
  virtual void won_race(std::size_t) {}

  /// Asks outside of any query; true if the reply is good.
  Task<bool> probe(std::size_t upstream, Duration wait);
  static constexpr std::size_t count = Network::medians.size();
  /// Those that were not tried; when none is left, it begins again with all.
  static Upstreams untried(const Upstreams& tried);

  World world_;

 private:
  static constexpr Duration patience = std::chrono::seconds(2);
  /// Rounds that failed before their time was over, so that those who fail at once are not asked without end.
  static constexpr std::size_t most_refusals = count;

  struct Round;
  static Task<> exchange(Baseline* self, std::shared_ptr<Round> round, std::size_t upstream,
                         resolver::Query query, Deadline deadline);

  std::deque<ModelUpstream> upstreams_;
};

}  // namespace tributary::simulate
