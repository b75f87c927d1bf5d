#include "resolver/listener/tcp_listener.hpp"

#include <spdlog/spdlog.h>

#include <asio/co_spawn.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <utility>

namespace tributary::resolver {
namespace {

/// File descriptors come back when connections end; trying at once again would only spin.
constexpr auto pause_after_failure = std::chrono::milliseconds(100);

}  // namespace

TcpListener::TcpListener(asio::ip::tcp::acceptor acceptor, TcpService& service)
    : acceptor_(std::move(acceptor)),
      service_(service),
      local_{acceptor_.local_endpoint().address(), acceptor_.local_endpoint().port()},
      arrivals_(service.counters.arrivals.of({local_.to_text(), "tcp"})),
      stopped_(acceptor_.get_executor(), service.clock),
      restart_(service.timers, [this] {
        if (!accepting_ && acceptor_.is_open()) start();
      }) {}

void TcpListener::start() {
  accepting_ = true;
  try {
    asio::co_spawn(acceptor_.get_executor(), accept_clients(this), [this](const std::exception_ptr& failure) {
      accepting_ = false;
      service_.failures.note("accepting TCP connections", failure);
      if (failure) restart_.soon();  // One bad connection must not end the service for all.
    });
  } catch (...) {
    accepting_ = false;
    throw;
  }
}

void TcpListener::stop_accepting() {
  accept_waiting();
  asio::error_code ignored;
  acceptor_.close(ignored);
  stopped_.ring();
  for (const auto& client : clients_) client->drain();
}

/// The kernel has taken these already; closing would reset them.
void TcpListener::accept_waiting() {
  asio::error_code error;
  acceptor_.non_blocking(true, error);
  while (!error) {
    asio::ip::tcp::endpoint peer;
    auto socket = acceptor_.accept(peer, error);
    if (!error) admit(std::move(socket), peer);
  }
}

/// Asio retries by itself when a client has hung up before it was accepted (ECONNABORTED).
asio::awaitable<void> TcpListener::accept_clients(TcpListener* self) {
  bool failing = false;  // Said once for each shortage; the counter goes on.
  while (self->acceptor_.is_open()) {
    failing = !co_await accept_one(self, failing);
  }
}

/// Whether it could; after a pause if it could not. `failing`: that is known.
asio::awaitable<bool> TcpListener::accept_one(TcpListener* self, bool failing) {
  asio::ip::tcp::endpoint peer;
  asio::error_code error;
  auto socket = co_await self->acceptor_.async_accept(peer, asio::redirect_error(asio::use_awaitable, error));
  if (!error) self->admit(std::move(socket), peer);
  if (!error || !self->acceptor_.is_open()) co_return true;
  self->service_.counters.tcp_accept_failures.add();
  if (!failing) spdlog::warn("accepting on tcp {} failed: {}", self->local_.to_text(), error.message());
  co_await self->stopped_.wait_until(self->service_.clock.now() + pause_after_failure);
  co_return false;
}

void TcpListener::admit(asio::ip::tcp::socket socket, const asio::ip::tcp::endpoint& peer) {
  auto admission = service_.limits.admit(peer.address());
  if (!admission) {
    const bool per_client = admission.error() == ConnectionLimits::Refusal::per_client;
    (per_client ? service_.counters.tcp_refused_per_client : service_.counters.tcp_refused_total).add();
    if (per_client || !make_room()) return;
    admission = service_.limits.admit(peer.address());
    if (!admission) return;  // another worker was faster
  }
  service_.counters.tcp_accepted.add();
  auto client =
      std::make_shared<TcpClient>(std::move(socket), peer, std::move(*admission), arrivals_, service_);
  clients_.insert(client);
  try {
    asio::co_spawn(acceptor_.get_executor(), TcpClient::serve(client),
                   [this, client](const std::exception_ptr& failure) {
                     service_.failures.note("serving a TCP connection", failure);
                     client->close();
                     clients_.erase(client);
                   });
  } catch (...) {
    clients_.erase(client);
    throw;
  }
}

/// True if somebody has made way.
bool TcpListener::make_room() {
  TcpClient* longest = nullptr;
  for (const auto& client : clients_) {
    if (!client->idle()) continue;
    if (longest == nullptr || client->last_progress() < longest->last_progress()) longest = client.get();
  }
  if (longest != nullptr) longest->make_way();
  return longest != nullptr;
}

}  // namespace tributary::resolver
