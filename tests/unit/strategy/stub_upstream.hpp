#pragma once

#include <functional>
#include <memory>

#include "base/timers.hpp"
#include "resolver/upstream/upstream.hpp"

namespace tributary::testing {

/// An upstream whose replies come after a time that the test chooses, and which counts what it is asked.
class StubUpstream final : public resolver::Upstream {
 public:
  struct Behaviour {
    Duration after{};  ///< At its deadline it gives up, as transports do.
    std::function<resolver::ExchangeResult(const resolver::Query&)> result;
    resolver::Channel channel = resolver::Channel::clear;
  };

  StubUpstream(Timers& timers, std::shared_ptr<Behaviour> behaviour, std::shared_ptr<unsigned> asked)
      : timers_(timers), behaviour_(std::move(behaviour)), asked_(std::move(asked)) {}

  Task<resolver::ExchangeResult> exchange(resolver::Query query, Deadline deadline) override {
    ++*asked_;
    const auto [after, result, over] = *behaviour_;
    const Instant ends = timers_.now() + after;
    if (after > Duration{}) {
      Alarm nobody_rings(timers_);
      co_await nobody_rings.wait_until(deadline.sooner(ends).at());
    }
    if (deadline.passed(timers_.now())) {
      co_return tl::unexpected(resolver::Failure{resolver::Failure::Kind::timeout, "silence", {}});
    }
    auto ended = result(query);
    if (ended) ended->rtt = after;
    if (ended && over != resolver::Channel::clear) ended->channel = over;
    co_return ended;
  }

  resolver::Channel channel() const override { return behaviour_->channel; }

 private:
  Timers& timers_;
  std::shared_ptr<Behaviour> behaviour_;
  std::shared_ptr<unsigned> asked_;
};

}  // namespace tributary::testing
