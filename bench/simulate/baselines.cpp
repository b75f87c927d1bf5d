#include "bench/simulate/baselines.hpp"

#include <algorithm>
#include <numeric>

namespace tributary::simulate {
namespace {

using namespace std::chrono_literals;

class Oracle final : public Baseline {
 public:
  explicit Oracle(const World& world) : Baseline(world) {}

 private:
  Upstreams choose(const Upstreams& tried) override { return {untried(tried).front()}; }
};

class AllAtOnce final : public Baseline {
 public:
  explicit AllAtOnce(const World& world) : Baseline(world) {}

 private:
  Upstreams choose(const Upstreams&) override { return untried({}); }
};

class Weighted final : public Baseline {
 public:
  explicit Weighted(const World& world) : Baseline(world) {}

 private:
  struct Mean {
    double sum = 0.001;  // seconds: nobody is known at first
    double count = 1;
  };

  Upstreams choose(const Upstreams& tried) override {
    const Upstreams candidates = untried(tried);
    double total = 0;
    for (const auto each : candidates) total += weight(each);
    double ticket = world_.chance.fraction() * total;
    for (const auto each : candidates) {
      if ((ticket -= weight(each)) < 0) return {each};
    }
    return {candidates.back()};
  }
  void heard(std::size_t upstream, bool, Duration took) override {
    means_[upstream].sum += std::chrono::duration<double>(took).count();
    means_[upstream].count += 1;
  }
  double weight(std::size_t upstream) const { return means_[upstream].count / means_[upstream].sum; }

  std::array<Mean, count> means_;
};

class Favourite final : public Baseline {
 public:
  explicit Favourite(const World& world) : Baseline(world) {}

 private:
  Upstreams choose(const Upstreams& tried) override {
    const Instant now = world_.time.clock.now();
    const bool race = !tried.empty() || ++since_race_ >= 50 || now >= raced_at_ + 10s;
    if (!race) return {favourite_};
    since_race_ = 0;
    raced_at_ = now;
    return untried({});
  }
  void won_race(std::size_t upstream) override { favourite_ = upstream; }

  std::size_t favourite_ = 0;
  unsigned since_race_ = 50;  // the first query races
  Instant raced_at_{};
};

class Band final : public Baseline {
 public:
  explicit Band(const World& world) : Baseline(world) {}

 private:
  struct Estimate {
    bool known = false;
    Duration smoothed{}, deviation{}, timeout = 376ms;
    Instant since{};
  };

  Upstreams choose(const Upstreams& tried) override {
    const Instant now = world_.time.clock.now();
    for (auto& each : estimates_) {
      if (now >= each.since + 900s) each = {.since = now};
    }
    Upstreams candidates = untried(tried);
    const auto timeout = [this](std::size_t each) { return estimates_[each].timeout; };
    const Duration best = timeout(*std::ranges::min_element(candidates, {}, timeout));
    std::erase_if(candidates, [&](std::size_t each) { return timeout(each) > best + 400ms; });
    return {candidates[world_.chance.below(static_cast<std::uint32_t>(candidates.size()))]};
  }
  void heard(std::size_t upstream, bool good, Duration took) override {
    auto& [known, smoothed, deviation, timeout, since] = estimates_[upstream];
    if (!good) {
      timeout = std::min<Duration>(2 * timeout, 120s);
      return;
    }
    const Duration error = std::chrono::abs(took - smoothed);
    deviation = known ? (3 * deviation + error) / 4 : took / 2;
    smoothed = known ? (7 * smoothed + took) / 8 : took;
    known = true;
    timeout = std::clamp<Duration>(smoothed + 4 * deviation, 50ms, 120s);
  }

  std::array<Estimate, count> estimates_;
};

class Ordered final : public Baseline {
 public:
  explicit Ordered(const World& world) : Baseline(world) {}

  bool ejected(std::size_t upstream) const override { return failures_[upstream] >= 2; }

 private:
  Upstreams choose(const Upstreams& tried) override {
    const Upstreams candidates = untried(tried);
    const auto healthy =
        std::ranges::find_if(candidates, [this](std::size_t each) { return !ejected(each); });
    return {healthy == candidates.end() ? candidates.front() : *healthy};
  }
  void heard(std::size_t upstream, bool good, Duration) override {
    if (good) {
      failures_[upstream] = 0;
    } else if (++failures_[upstream] == 2) {
      world_.time.nursery.start(watch(this, upstream), "a health check");
    }
  }
  static Task<> watch(Ordered* self, std::size_t upstream) {
    while (self->ejected(upstream)) {
      Alarm nobody_rings(self->world_.time.timers);
      co_await nobody_rings.wait_until(self->world_.time.clock.now() + 500ms);
      if (co_await self->probe(upstream, 1s)) self->failures_[upstream] = 0;
    }
  }

  std::array<unsigned, count> failures_{};
};

}  // namespace

std::unique_ptr<Forwarder> make_oracle(const World& world) {
  return std::make_unique<Oracle>(world);
}
std::unique_ptr<Forwarder> make_all_at_once(const World& world) {
  return std::make_unique<AllAtOnce>(world);
}
std::unique_ptr<Forwarder> make_weighted(const World& world) {
  return std::make_unique<Weighted>(world);
}
std::unique_ptr<Forwarder> make_favourite(const World& world) {
  return std::make_unique<Favourite>(world);
}
std::unique_ptr<Forwarder> make_band(const World& world) {
  return std::make_unique<Band>(world);
}
std::unique_ptr<Forwarder> make_ordered(const World& world) {
  return std::make_unique<Ordered>(world);
}

}  // namespace tributary::simulate
