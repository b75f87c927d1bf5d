#pragma once

#include <functional>
#include <list>
#include <utility>
#include <vector>

#include "base/timers.hpp"
#include "resolver/upstream/upstream.hpp"
#include "tests/unit/dns/reply_message.hpp"

namespace tributary::resolver::testing {

/// An upstream whose replies a test scripts, and which records what it was asked.
class StubUpstream final : public Upstream {
 public:
  explicit StubUpstream(Timers& timers) : timers_(timers) {}

  /// Without a script it refuses everything.
  std::function<ExchangeResult(const Query&)> script = [](const Query& query) {
    return reply(query, dns::Rcode::REFUSED);
  };
  std::vector<Query> asked;
  std::size_t pending = 0;
  Duration
      lateness{};  ///< How long after its deadline an exchange ends: the event loop has other things to do.

  /// From now on it says nothing until it is released; what waits longer than its deadline times out.
  void hold() { held_ = true; }
  void release() {
    held_ = false;
    for (auto* alarm : std::exchange(waiting_, {})) alarm->ring();
  }

  Task<ExchangeResult> exchange(Query query, Deadline deadline) override {
    asked.push_back(query);
    ++pending;
    if (held_) {
      Alarm released(timers_);
      waiting_.push_back(&released);
      const bool in_time = co_await released.wait_until(deadline.at() + lateness);
      std::erase(waiting_, &released);
      if (!in_time) {
        --pending;
        co_return tl::unexpected(Failure{Failure::Kind::timeout, "no reply", {}});
      }
    }
    --pending;
    co_return script(query);
  }

  static ExchangeResult reply(const Query& query, dns::Rcode rcode, const dns::testing::Lines& answer = {},
                              const dns::testing::Lines& authority = {}) {
    Reply reply;
    reply.message = dns::testing::reply_message(query.question, rcode, answer, authority);
    reply.rtt = std::chrono::milliseconds(10);
    return reply;
  }

 private:
  Timers& timers_;
  bool held_ = false;
  std::vector<Alarm*> waiting_;  // in the frames of the exchanges that wait
};

}  // namespace tributary::resolver::testing
