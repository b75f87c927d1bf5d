#include "resolver/in_flight.hpp"

#include <asio/post.hpp>

namespace tributary::resolver {

/// Somebody who waits on the leader's worker: a place in a list of the flight, for as long as the wait.
class InFlight::Flight::LocalWait {
 public:
  LocalWait(Flight& flight, Timers& timers)
      : landed(timers), next_(flight.local_waits_), link_(&flight.local_waits_) {
    if (next_ != nullptr) next_->link_ = &next_;
    flight.local_waits_ = this;
  }
  ~LocalWait() { leave(); }
  LocalWait(const LocalWait&) = delete;
  LocalWait& operator=(const LocalWait&) = delete;

  void leave() {
    if (link_ == nullptr) return;
    *link_ = next_;
    if (next_ != nullptr) next_->link_ = link_;
    link_ = nullptr;
  }

  Alarm landed;

 private:
  LocalWait* next_;
  LocalWait** link_;  // what points to this one; null when it is in no list
};

cache::AnswerPtr InFlight::Flight::answer() const {
  return state_.with([](const State& state) { return state.answer; });
}

void InFlight::Flight::when_landed(std::function<void()> wake) {
  const bool landed = state_.with([&wake](State& state) {
    if (!state.landed) state.wakes.push_back(std::move(wake));
    return state.landed;
  });
  if (landed) wake();
}

bool InFlight::Flight::landed() const {
  return state_.with([](const State& state) { return state.landed; });
}

void InFlight::Flight::land(cache::AnswerPtr answer, bool given_up) {
  const auto wakes = state_.with([&answer](State& state) {
    state.landed = true;
    state.answer = std::move(answer);
    return std::exchange(state.wakes, {});
  });
  for (const auto& wake : wakes) wake();
  while (local_waits_ != nullptr) {
    auto& first = *local_waits_;
    first.leave();
    // A leader that gives up may be destroyed with its whole worker: nobody is resumed in the midst of that.
    given_up ? first.landed.ring_soon() : first.landed.ring();
  }
}

void InFlight::Leader::end(cache::AnswerPtr answer, bool given_up) {
  const auto flight = std::exchange(flight_, nullptr);
  if (!flight) return;
  const auto key = flight->key_.octets();
  if (table_ != nullptr) table_->shard_of(key).with([key](Table& table) { table.erase(key); });
  flight->land(std::move(answer), given_up);
}

Locked<InFlight::Table>& InFlight::shard_of(std::string_view key) {
  return shards_[(std::hash<std::string_view>{}(key) >> 32) % shards_.size()];
}

InFlight::Joined InFlight::join(const cache::Key& key, const WorkerTools* home) {
  return shard_of(key.octets()).with([&](Table& table) -> Joined {
    if (const auto found = table.find(key.octets()); found != table.end())
      return {std::nullopt, found->second};
    auto flight = std::allocate_shared<Flight>(frame_pool::Allocator<Flight>(), key, home);
    table.emplace(flight->key_.octets(), flight);
    return {std::optional<Leader>(std::in_place, this, flight), flight};
  });
}

InFlight::Joined InFlight::alone(const cache::Key& key, const WorkerTools* home) {
  auto flight = std::allocate_shared<Flight>(frame_pool::Allocator<Flight>(), key, home);
  return {std::optional<Leader>(std::in_place, nullptr, flight), flight};
}

Task<cache::AnswerPtr> InFlight::wait(std::shared_ptr<Flight> flight, Deadline deadline,
                                      const WorkerTools& tools) {
  if (flight->home_ != &tools) {
    co_await wait_remotely(flight.get(), deadline, tools);
  } else if (!flight->landed()) {
    co_await wait_locally(flight.get(), deadline, tools);
  }
  co_return flight->answer();
}

Task<> InFlight::wait_locally(Flight* flight, Deadline deadline, const WorkerTools& tools) {
  Flight::LocalWait wait(*flight, tools.timers);
  co_await wait.landed.wait_until(deadline.at());
}

Task<> InFlight::wait_remotely(Flight* flight, Deadline deadline, const WorkerTools& tools) {
  const auto landed = std::make_shared<Alarm>(tools.timers);
  // The leader may be on another worker: the alarm is rung on ours, if it is still waited for.
  std::function<void()> wake = [executor = tools.executor, alarm = std::weak_ptr(landed)] {
    asio::post(executor, [alarm] {
      if (const auto still = alarm.lock()) still->ring();
    });
  };
  flight->when_landed(std::move(wake));
  co_await landed->wait_until(deadline.at());
}

}  // namespace tributary::resolver
