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
  table_->shard_of(key_).with([this](Table& table) { table.erase(key_); });
  flight->land(std::move(answer));
}

Locked<InFlight::Table>& InFlight::shard_of(std::string_view key) {
  return shards_[(std::hash<std::string_view>{}(key) >> 32) % shards_.size()];
}

InFlight::Joined InFlight::join(const cache::Key& key) {
  std::string octets(key.octets());
  return shard_of(octets).with([&](Table& table) -> Joined {
    auto& flight = table[octets];
    if (flight) return {std::nullopt, flight};
    flight = std::make_shared<Flight>();
    return {std::optional<Leader>(std::in_place, *this, octets, flight), flight};
  });
}

asio::awaitable<cache::AnswerPtr> InFlight::wait(std::shared_ptr<Flight> flight, Deadline deadline,
                                                 asio::any_io_executor executor, Clock& clock) {
  const auto landed = std::make_shared<Bell>(executor, clock);
  // The leader may be on another worker: the bell is rung on ours, if it is still waited for.
  std::function<void()> wake = [executor, bell = std::weak_ptr(landed)] {
    asio::post(executor, [bell] {
      if (const auto still = bell.lock()) still->ring();
    });
  };
  flight->when_landed(std::move(wake));
  co_await landed->wait_until(deadline.at());
  co_return flight->answer();
}

}  // namespace tributary::resolver
