// One task asks queries at random times; each is a task of its own, which notes how it ended.

#include "bench/simulate/run.hpp"

#include <algorithm>

namespace tributary::simulate {
namespace {

using namespace std::chrono_literals;

constexpr Duration query_timeout = 4s;
/// So long after the last query, nothing of it is left.
constexpr Duration last_attempt = 7s;

class Run {
 public:
  explicit Run(const Setting& setting)
      : length_(setting.scenario->length(setting.rate, setting.queries)),
        window_(setting.scenario->window(length_)),
        dead_zone_(std::ranges::any_of(setting.scenario->wrong,
                                       [](const auto& each) { return each.kind == Fault::Kind::dead_zone; })),
        mean_gap_(std::chrono::duration_cast<Duration>(std::chrono::duration<double>(1 / setting.rate))),
        names_(Chance(setting.seed).next()),
        network_(names_, setting.scenario->faults(length_), Chance(setting.seed + 1000).next()),
        traffic_(Chance(setting.seed + 2000).next()),
        choices_(Chance(setting.seed + 3000).next()),
        forwarder_(setting.model->make({time_, network_, names_, choices_, setting.scenario->uniform})) {}

  Figures figures() {
    time_.nursery.start(arrivals(this), "the clients");
    time_.run_until(start_ + length_ + last_attempt, [this](Instant now) { note_ejections(now - start_); });
    time_.nursery.clear();
    figures_.window = window_;
    figures_.sent = network_.queries();
    for (std::size_t phase = 0; phase < Figures::phases; ++phase) {
      figures_.latency[phase] = latencies_[phase].summary();
    }
    figures_.histogram = latencies_[Figures::during].histogram();
    note_load();
    return std::move(figures_);
  }

 private:
  static Task<> arrivals(Run* self) {
    Alarm nobody_rings(self->time_.timers);
    for (Instant next = self->start_;;) {
      next += self->traffic_.exponential(self->mean_gap_);
      if (next >= self->start_ + self->length_) co_return;
      co_await nobody_rings.wait_until(next);
      self->time_.nursery.start(ask(self, {self->names_.next(self->traffic_), false}), "a query");
    }
  }

  static Task<> ask(Run* self, resolver::Query query) {
    const Instant began = self->time_.clock.now();
    const NameFacts facts = self->names_.facts(query.question.name);
    const auto rcode = co_await self->forwarder_->ask(std::move(query), Deadline(began + query_timeout));
    self->note(facts, rcode, began - self->start_, self->time_.clock.now() - self->start_);
  }

  void note(const NameFacts& facts, std::optional<dns::Rcode> rcode, Duration began, Duration ended) {
    ++figures_.all_asked;
    if (dead_zone_ && facts.in_weak_zone) return;
    ++figures_.asked;
    const bool failed = !rcode || *rcode == dns::Rcode::SERVFAIL;
    const bool wrong = !failed && (*rcode == dns::Rcode::NOERROR) != facts.exists;
    figures_.failed += failed;
    figures_.wrong += wrong;
    if (!failed && !wrong) return note_right(began, ended);
    figures_.bad_during += phase(began) == Figures::during;
  }
  void note_right(Duration began, Duration ended) {
    latencies_[phase(began)].add(ended - began);
    const bool after_fault = ended >= window_.until && window_.until < length_;
    if (after_fault && !figures_.first_fresh) figures_.first_fresh = ended - window_.until;
  }
  Figures::Phase phase(Duration at) const {
    if (window_.contains(at)) return Figures::during;
    return at < window_.from ? Figures::before : Figures::after;
  }

  void note_ejections(Duration now) {
    std::size_t ejected = 0;
    for (std::size_t i = 0; i < ejected_.size(); ++i) {
      const bool out = forwarder_->ejected(i);
      ejected += out;
      if (std::exchange(ejected_[i], out) != out) figures_.ejections.push_back({i, now, out});
    }
    figures_.most_ejected = std::max(figures_.most_ejected, ejected);
  }

  void note_load() {
    figures_.load.resize(static_cast<std::size_t>((length_ + last_attempt) / 1s) + 1);
    for (std::size_t upstream = 0; upstream < Network::medians.size(); ++upstream) {
      const auto& load = network_.load(upstream);
      for (std::size_t second = 0; second < load.size(); ++second)
        figures_.load[second][upstream] = load[second];
    }
  }

  Duration length_;
  Window window_;
  bool dead_zone_;
  Duration mean_gap_;
  Names names_;
  Network network_;
  Chance traffic_;  // who asks what and when: the same for all models
  Chance choices_;
  std::array<Latencies, Figures::phases> latencies_;
  std::array<bool, Network::medians.size()> ejected_{};
  Figures figures_;
  VirtualTime time_;
  const Instant start_ = time_.clock.now();
  std::unique_ptr<Forwarder> forwarder_;
};

}  // namespace

Figures simulate(const Setting& setting) {
  return Run(setting).figures();
}

}  // namespace tributary::simulate
