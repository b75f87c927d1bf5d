#include "resolver/transport/connection_keeper.hpp"

#include <spdlog/spdlog.h>

#include "base/spawn.hpp"
#include "resolver/transport/reopening.hpp"

namespace tributary::resolver {

struct ConnectionKeeper::State {
  State(const asio::any_io_executor& executor, Clock& its_clock, std::string name, Open its_open)
      : clock(its_clock), bell(executor, its_clock), where(std::move(name)), open(std::move(its_open)) {}

  void look(Instant now);
  void ended(Instant now);
  Instant next_look() const { return kept ? Instant::max() : reopening.due(); }

  Clock& clock;
  Bell bell;
  std::string where;
  Open open;  // null when the keeper is gone
  Reopening reopening;
  std::shared_ptr<const KeptConnection> kept;
};

void ConnectionKeeper::State::look(Instant now) {
  if (kept && !kept->takes_more()) ended(now);
  if (kept || now < reopening.due()) return;
  kept = open();
  reopening.opened(now);
}

void ConnectionKeeper::State::ended(Instant now) {
  if (kept->failure().kind == Failure::Kind::cancelled) {  // The network has changed: that is no failure.
    reopening.reset();
    return kept.reset();
  }
  const bool first = reopening.failures() == 0;
  reopening.ended(kept->was_established(), now);
  if (first && reopening.failures() == 1) {
    spdlog::warn("no connection to {} can be kept ready: {}", where, kept->failure().detail);
  }
  kept.reset();
}

ConnectionKeeper::ConnectionKeeper(asio::any_io_executor executor, Clock& clock, std::string where, Open open)
    : executor_(std::move(executor)),
      state_(std::make_shared<State>(executor_, clock, std::move(where), std::move(open))) {}

ConnectionKeeper::~ConnectionKeeper() {
  state_->open = nullptr;
  state_->kept.reset();
  state_->bell.ring();
}

void ConnectionKeeper::start() {
  spawn(executor_, run(state_), "keeping a connection ready");
}

asio::awaitable<void> ConnectionKeeper::run(std::shared_ptr<State> state) {
  while (state->open) {
    state->look(state->clock.now());
    co_await state->bell.wait_until(state->next_look());
  }
}

void ConnectionKeeper::forget_failures() {
  state_->reopening.reset();
  state_->bell.ring();
}

std::function<void()> ConnectionKeeper::on_change() const {
  return [state = state_] { state->bell.ring(); };
}

}  // namespace tributary::resolver
