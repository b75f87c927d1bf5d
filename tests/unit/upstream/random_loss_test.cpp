// One breaker with its suspicion, simulated query by query: how soon it finds a black hole, and that random
// loss is none.

#include <queue>

#include <gtest/gtest.h>

#include "resolver/upstream/breaker.hpp"
#include "resolver/upstream/rtt_window.hpp"
#include "tests/unit/strategy/seeded_random.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;

/// Queries come regularly; after the first that is overdue, the probes that the breaker wants, too.
class LossyUpstream {
 public:
  static constexpr Duration rtt = 20ms, patience = 400ms, timeout = 2s;

  LossyUpstream(Duration interval, std::uint32_t seed) : interval_(interval), random_(seed) {}

  /// Loses each exchange with chance `loss`, until so many queries were sent or the breaker opens.
  void run(unsigned queries, double loss) {
    Instant next_query = now_;
    for (unsigned sent = 0; sent < queries && breaker_.state() == CircuitBreaker::State::closed;) {
      const Instant probe = breaker_.probe_due().value_or(Instant::max());
      const Instant end = ends_.empty() ? Instant::max() : ends_.top().at;
      now_ = std::min({next_query, probe, end});
      if (now_ == end) {
        const auto happened = ends_.top();
        ends_.pop();
        tell(happened);
      } else if (now_ == probe) {
        breaker_.probe_sent(now_, 3s);
        send(Origin::probe, loss);
      } else {
        next_query += interval_;
        ++sent;
        send(Origin::client, loss);
      }
    }
  }

  bool closed() const { return breaker_.state() == CircuitBreaker::State::closed; }
  Instant now() const { return now_; }
  unsigned probes() const { return probes_; }

 private:
  enum class What { answered, overdue, lost };
  struct End {
    Instant at;
    What what;
    SentExchange exchange;
    bool operator<(const End& other) const { return at > other.at; }
  };

  void send(Origin origin, double loss) {
    if (origin == Origin::probe) ++probes_;
    const DomainTag domain = origin == Origin::probe ? probe_tag : 1 + random_.below(100);
    const SentExchange exchange{origin, domain, now_};
    if (random_.unit() >= loss) {
      ends_.push({now_ + rtt, What::answered, exchange});
    } else {
      ends_.push({now_ + patience, What::overdue, exchange});
      ends_.push({now_ + timeout, What::lost, {origin, domain, now_, true}});
    }
  }
  void tell(const End& end) {
    if (end.what == What::answered) breaker_.answered(end.exchange.at, true, now_);
    if (end.what == What::overdue) breaker_.overdue(end.exchange, "late", moment());
    if (end.what == What::lost) breaker_.failed(end.exchange, "lost", moment());
  }
  CircuitBreaker::Moment moment() { return {now_, patience, random_}; }

  const Duration interval_;
  testing::SeededRandom random_;
  CircuitBreaker breaker_;
  Instant now_{1h};
  std::priority_queue<End> ends_;  // the soonest first
  unsigned probes_ = 0;
};

class RandomLossTest : public ::testing::TestWithParam<Duration> {};

/// Without the second try that the UDP transport gives each query: 2.4 · 10⁻⁸ ejections a query are to be
/// expected at most, 0.024 in a million.
TEST_P(RandomLossTest, ThreePercentEjectNobodyInAMillionQueries) {
  LossyUpstream upstream(GetParam(), 7);
  upstream.run(1'000'000, 0.03);
  EXPECT_TRUE(upstream.closed());
}

TEST_P(RandomLossTest, ABlackHoleIsFoundASecondAfterTheFirstOverdueQuery) {
  LossyUpstream upstream(GetParam(), 7);
  upstream.run(100, 0);
  const Instant gone = upstream.now() + GetParam();
  upstream.run(1'000'000, 1);
  EXPECT_FALSE(upstream.closed());
  EXPECT_LE(upstream.now() - gone, LossyUpstream::patience + 1s);
}

INSTANTIATE_TEST_SUITE_P(Rates, RandomLossTest, ::testing::Values(Duration(1s) / 300, 200ms, 10s));

/// Strategies lead queries away from who does not answer: the probes find out all the same.
TEST(RandomLoss, OneQueryIsEnoughToFindABlackHole) {
  LossyUpstream upstream(1h, 7);
  const Instant gone = upstream.now();
  upstream.run(2, 1);
  EXPECT_FALSE(upstream.closed());
  EXPECT_LE(upstream.now() - gone, LossyUpstream::patience + 1s);
}

/// At a high rate the queries themselves show that it lives.
TEST(RandomLoss, ProbesAreFewAtAHighRate) {
  LossyUpstream upstream(Duration(1s) / 300, 7);
  upstream.run(100'000, 0.03);
  EXPECT_LT(upstream.probes(), 100u);
}

}  // namespace
}  // namespace tributary::resolver
