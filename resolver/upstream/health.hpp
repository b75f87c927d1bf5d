#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "base/latency_histogram.hpp"
#include "base/locked.hpp"
#include "base/random.hpp"
#include "base/recent_items.hpp"
#include "cache/answer.hpp"
#include "cache/keyed_hash.hpp"
#include "dns/types.hpp"
#include "resolver/upstream/breaker.hpp"
#include "resolver/upstream/health_report.hpp"
#include "resolver/upstream/local_link.hpp"
#include "resolver/upstream/penalty.hpp"
#include "resolver/upstream/refusal_burst.hpp"
#include "resolver/upstream/rtt_window.hpp"
#include "resolver/upstream/slow_weight.hpp"
#include "resolver/upstream/standing.hpp"
#include "resolver/upstream/ttl_watch.hpp"
#include "resolver/upstream/upstream.hpp"
#include "resolver/upstream/validation_standing.hpp"

namespace tributary::resolver {

/// What has been counted of one upstream. Written on the slow path only; read by the metrics.
struct UpstreamCounters {
  std::atomic<std::uint64_t> queries{0}, replies{0}, probes{0}, wins{0}, losses{0}, hedged{0}, hedges{0},
      hedge_wins{0}, outdone{0}, disagreements{0}, overdue{0}, injections{0}, bogus{0};
  std::array<std::atomic<std::uint64_t>, failure_kinds> failures{};
  std::array<std::atomic<std::uint64_t>, ttl_anomaly_kinds> ttl_anomalies{};
  LatencyHistogram<SharedCounter> latency;
  ConnectionCounters connections;
};

/// What all workers together know of one upstream: whether it is used (its breaker), how fast and how
/// reliable it is, and its counters. Thread-safe.
///
/// While our own link is down, what happens to an exchange is counted for the metrics and for nothing else.
class Health {
 public:
  /// Transitions are logged under `name`. `link` is the way to it, which outlives this object and is told of
  /// all exchanges; none for what needs no network. `place` is what cached answers name it by.
  explicit Health(std::string name, LocalLink* link = nullptr,
                  cache::UpstreamPlace place = cache::UpstreamPlace::none);
  ~Health();
  Health(const Health&) = delete;
  Health& operator=(const Health&) = delete;

  const std::string& name() const { return name_; }
  cache::UpstreamPlace place() const { return place_; }

  // ---- What strategies and probes go by. Those above `probe_due` take no lock.

  /// Whether client queries should go to it.
  bool closed() const { return state() == CircuitBreaker::State::closed && !disabled(); }
  /// An operator does not want it to be asked: by no strategy, not even as a last resort, and by no probe but
  /// those that an operator asks for.
  bool disabled() const { return published_.disabled.load(std::memory_order_relaxed); }
  CircuitBreaker::State state() const { return published_.state.load(std::memory_order_relaxed); }
  /// When it last failed, was late or was outdone. Zero if never.
  Instant last_failure() const { return published_.last_failure.load(std::memory_order_relaxed); }
  /// What strategies weigh it by.
  Standing standing(Instant now) const;
  /// How long a reply may take before the exchange is overdue.
  Duration patience(Origin origin) const;
  bool on_network() const { return link_ != nullptr; }
  /// When the next probe is due; nothing while there is no need for one.
  std::optional<Instant> probe_due() const;

  // ---- Of each exchange: sent, perhaps overdue, then ended in one of three ways.

  void query_sent(Origin origin);
  /// It goes on. Marks `exchange`.
  void overdue(SentExchange& exchange, Instant now, Random& random);
  /// A reply with data or a denial, `rtt` after it was sent.
  void succeeded(Duration rtt, Instant now);
  /// A reply that is neither; to a probe, one without data.
  void answered_badly(const SentExchange& exchange, Duration rtt, dns::Rcode rcode, Instant now,
                      Random& random);
  void failed(const SentExchange& exchange, const Failure& failure, Instant now, Random& random);

  // ---- Of its replies, beside those of its siblings.

  void won() { counters_.wins.fetch_add(1, std::memory_order_relaxed); }
  /// It replied, before or after another one won.
  void lost() { counters_.losses.fetch_add(1, std::memory_order_relaxed); }
  /// It is asked because others have been silent for so long; later: and it won.
  void hedge_sent() { counters_.hedges.fetch_add(1, std::memory_order_relaxed); }
  void hedge_won() { counters_.hedge_wins.fetch_add(1, std::memory_order_relaxed); }
  /// Another upstream had to be asked because it was slow to answer.
  void unanswered_at_hedge(Instant now);
  /// It replied SERVFAIL or REFUSED (or the like) to a question for `name` that a sibling answered well.
  void outdone(const dns::Name& name, const std::string& rcode, Instant now, Random& random);
  /// Its answer contradicts the one that won.
  void disagreed() { counters_.disagreements.fetch_add(1, std::memory_order_relaxed); }

  /// We validated its reply, and it failed.
  void replied_bogus(const dns::Question& question, dns::ExtendedErrorOption error, Instant now);
  /// It did so where a sibling's reply was secure: for a while it is the last to be asked for what is
  /// validated. `why` is for the log.
  void lost_validation(const std::string& why, Instant now);
  /// Its reply was secure.
  void proved_validation(Instant now);
  /// Whether what it replies is likely to stand validation.
  bool validates(Instant now) const {
    return now >= published_.distrusted_until.load(std::memory_order_relaxed);
  }

  /// As a cache it told `ttl` (seconds) for `question`: what is wrong with it beside those it told before, if
  /// anything is. That is counted, and blamed for nothing.
  std::optional<TtlAnomaly> told_ttl(const dns::Question& question, std::uint32_t ttl, Instant now);
  void told_odd_ttl(TtlAnomaly kind) {
    counters_.ttl_anomalies[static_cast<std::size_t>(kind)].fetch_add(1, std::memory_order_relaxed);
  }

  /// Two different replies to one query have come from its address.
  void saw_injection() { counters_.injections.fetch_add(1, std::memory_order_relaxed); }

  /// A probe leaves now; another is due after `timeout` at the earliest, but see CircuitBreaker::probe_sent.
  void probe_sent(Instant now, Duration timeout);
  /// Our own link was down, or the network is another one now: what it was blamed for is forgotten, and if
  /// its breaker is not closed, it is probed at once.
  void forgive(Instant now);

  // ---- What operators say, and are told.

  void disable() { published_.disabled.store(true, std::memory_order_relaxed); }
  /// Its breaker is as it was left.
  void enable();
  /// A probe is due at once, whatever its state.
  void want_probe();
  HealthReport report(Instant now) const;

  /// `wake` is called from now on, from any thread and without a lock held, when a probe is due earlier than
  /// was known.
  void when_probe_comes_sooner(std::function<void()> wake) {
    wake_.with([&wake](auto& current) { current = std::move(wake); });
  }

  const UpstreamCounters& counters() const { return counters_; }
  /// To be counted by the transports, of all workers.
  ConnectionCounters& connections() { return counters_.connections; }

 private:
  struct Knowledge {
    CircuitBreaker breaker;
    RttWindow rtts;
    unsigned rtts_unseen = 0;  // since they were last published
    Instant rtts_published{};
    Penalty penalty;
    SlowWeight slow_weight;
    RefusalBurst refusals;
  };

  /// Copies for those who take no lock. Each is right by itself; together they may be a moment apart.
  struct Published {
    std::atomic<CircuitBreaker::State> state{CircuitBreaker::State::closed};
    std::atomic<Instant> last_failure{}, last_reply{}, penalty_since{};
    std::atomic<Instant> closed_at{Instant::min()};
    std::atomic<Duration> median{}, penalty{};
    std::atomic<Duration> hedge_delay{RttWindow::usual_hedge_delay};
    std::atomic<Duration> patience{RttWindow::usual_patience};
    std::atomic<double> slow_weight{1};
    std::atomic<Instant> distrusted_until{};
    std::atomic<bool> was_distrusted{false};
    std::atomic<bool> disabled{false}, probe_wanted{false};
  };

  using Transition = std::optional<CircuitBreaker::Transition>;

  /// Changes what is known by `change` under its lock, publishes it, and tells of the transition that is
  /// returned.
  template <typename Change>
  void update(Instant now, Change change);
  void publish(const Knowledge& knowledge);
  void publish_rtts(Knowledge& knowledge, Instant now);
  void reply_arrived(Duration rtt, Instant now);
  bool blame_link(const SentExchange& exchange, bool no_route, Instant now);
  void wake_prober() const;
  bool link_down() const { return link_ != nullptr && link_->down(); }
  CircuitBreaker::Moment moment(Instant now, Random& random) const;

  const std::string name_;
  const cache::UpstreamPlace place_;
  LocalLink* const link_;
  std::size_t number_ = 0;  // of this upstream, for the link
  Locked<Knowledge> knowledge_;
  Locked<ValidationStanding> validation_;
  const cache::KeyedHash question_hash_ = cache::KeyedHash::random();
  Locked<TtlWatch> ttls_;  // of all workers together: the cache behind them is one
  Published published_;
  std::atomic<std::uint32_t> in_flight_{0};
  RecentItems<StateChange, 20> changes_;
  RecentItems<BogusReply, 50> bogus_;
  Locked<std::optional<FailedExchange>> last_failure_;
  Locked<std::function<void()>> wake_;
  UpstreamCounters counters_;
};

}  // namespace tributary::resolver
