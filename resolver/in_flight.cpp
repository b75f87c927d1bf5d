#include "resolver/in_flight.hpp"

#include <asio/post.hpp>

namespace tributary::resolver {

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

void InFlight::Flight::land(cache::AnswerPtr answer) {
  const auto wakes = state_.with([&answer](State& state) {
    state.landed = true;
    state.answer = std::move(answer);
    return std::exchange(state.wakes, {});
  });
  for (const auto& wake : wakes) wake();
}

void InFlight::Leader::land(cache::AnswerPtr answer) {
  const auto flight = std::exchange(flight_, nullptr);
  if (!flight) return;
  const auto key = flight->key_.octets();
  table_->shard_of(key).with([key](Table& table) { table.erase(key); });
  flight->land(std::move(answer));
}

Locked<InFlight::Table>& InFlight::shard_of(std::string_view key) {
  return shards_[(std::hash<std::string_view>{}(key) >> 32) % shards_.size()];
}

InFlight::Joined InFlight::join(const cache::Key& key) {
  return shard_of(key.octets()).with([&](Table& table) -> Joined {
    if (const auto found = table.find(key.octets()); found != table.end())
      return {std::nullopt, found->second};
    auto flight = std::allocate_shared<Flight>(frame_pool::Allocator<Flight>(), key);
    table.emplace(flight->key_.octets(), flight);
    return {std::optional<Leader>(std::in_place, *this, flight), flight};
  });
}

Task<cache::AnswerPtr> InFlight::wait(std::shared_ptr<Flight> flight, Deadline deadline,
                                      const WorkerTools& tools) {
  const auto landed = std::make_shared<Alarm>(tools.timers);
  // The leader may be on another worker: the alarm is rung on ours, if it is still waited for.
  std::function<void()> wake = [executor = tools.executor, alarm = std::weak_ptr(landed)] {
    asio::post(executor, [alarm] {
      if (const auto still = alarm.lock()) still->ring();
    });
  };
  flight->when_landed(std::move(wake));
  co_await landed->wait_until(deadline.at());
  co_return flight->answer();
}

}  // namespace tributary::resolver
