#include "resolver/transport/connect_race.hpp"

#include <cstddef>
#include <list>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <asio/co_spawn.hpp>
#include <asio/redirect_error.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include "resolver/transport/network_error.hpp"

namespace tributary::resolver {

namespace {

using asio::ip::tcp;

/// One race; shared by the one who waits for its end and by the attempts, which may end after it.
struct Race {
  Race(asio::any_io_executor executor, Clock& clock) : bell(std::move(executor), clock) {}

  Bell bell;  // rung when an attempt has ended
  std::list<Connected> attempts;
  Connected* winner = nullptr;
  std::size_t running = 0;
  Failure last_failure;
};

/// Closes what is left of a race, however the one who waits for it goes away.
struct CloseLosers {
  std::shared_ptr<Race> race;
  ~CloseLosers() {
    asio::error_code ignored;
    for (auto& attempt : race->attempts) attempt.socket.close(ignored);
  }
};

asio::awaitable<void> attempt(std::shared_ptr<Race> race, Connected& connected) {
  const auto& endpoint = connected.endpoint;
  asio::error_code error;
  co_await connected.socket.async_connect(endpoint, asio::redirect_error(asio::use_awaitable, error));
  --race->running;
  if (error) {
    race->last_failure = {
        kind_of(error), fmt::format("cannot connect to {}: {}", place_text(endpoint), error.message()), {}};
  } else if (race->winner == nullptr) {
    race->winner = &connected;
  }
  race->bell.ring();
}

void start_attempt(const std::shared_ptr<Race>& race, const asio::any_io_executor& executor,
                   const tcp::endpoint& endpoint) {
  auto& connected = race->attempts.emplace_back(tcp::socket(executor), endpoint);
  ++race->running;
  asio::co_spawn(executor, attempt(race, connected), [](std::exception_ptr error) {
    if (error) std::rethrow_exception(error);
  });
}

}  // namespace

std::vector<tcp::endpoint> in_connect_order(std::span<const asio::ip::address> addresses,
                                            std::uint16_t port) {
  std::vector<tcp::endpoint> families[2];  // IPv6, IPv4
  for (const auto& address : addresses) families[address.is_v4() ? 1 : 0].emplace_back(address, port);
  std::vector<tcp::endpoint> ordered;
  for (std::size_t turn = 0; ordered.size() < addresses.size(); ++turn) {
    for (const auto& family : families) {
      if (turn < family.size()) ordered.push_back(family[turn]);
    }
  }
  return ordered;
}

std::string place_text(const tcp::endpoint& endpoint) {
  return fmt::format("{} port {}", endpoint.address().to_string(), endpoint.port());
}

std::string connecting_text(std::span<const tcp::endpoint> endpoints) {
  const auto text = "connecting to " + place_text(endpoints.front());
  const auto others = endpoints.size() - 1;
  return others == 0 ? text : fmt::format("{} and {} other{}", text, others, others == 1 ? "" : "s");
}

asio::awaitable<tl::expected<Connected, Failure>> connect_race(Clock& clock,
                                                               std::vector<tcp::endpoint> endpoints,
                                                               Deadline deadline) {
  const auto executor = co_await asio::this_coro::executor;
  const auto race = std::make_shared<Race>(executor, clock);
  const CloseLosers close_losers{race};
  auto next = endpoints.begin();
  while (race->winner == nullptr) {
    if (deadline.passed(clock.now())) {
      co_return tl::unexpected(
          Failure{Failure::Kind::timeout, connecting_text(endpoints) + " took too long", {}});
    }
    if (next != endpoints.end()) {
      start_attempt(race, executor, *next++);
    } else if (race->running == 0) {
      co_return tl::unexpected(race->last_failure);
    }
    const bool more = next != endpoints.end();
    co_await race->bell.wait_until(more ? deadline.sooner(clock.now() + connection_attempt_delay).at()
                                        : deadline.at());
  }
  co_return std::move(*race->winner);
}

}  // namespace tributary::resolver
