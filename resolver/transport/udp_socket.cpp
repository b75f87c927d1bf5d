#include "resolver/transport/udp_socket.hpp"

#include <sys/socket.h>

#include <asio/buffer.hpp>

namespace tributary::resolver {

using asio::ip::udp;

struct UdpSocket::State {
  State(asio::any_io_executor executor, Clock& clock, const udp::endpoint& to)
      : socket(executor), readable(executor, clock), server(to) {}

  udp::socket socket;
  Bell readable;
  udp::endpoint server;
  bool waiting = false;
};

namespace {

constexpr std::uint32_t first_port = 1024;
constexpr std::uint32_t port_count = 65536 - first_port;

/// Binds to a random port. When several in a row are taken or forbidden, the kernel chooses.
asio::error_code bind_unpredictably(udp::socket& socket, udp protocol, Random& random) {
  asio::error_code error;
  for (int attempt = 0; attempt < 8; ++attempt) {
    const auto port = static_cast<std::uint16_t>(first_port + random.below(port_count));
    socket.bind({protocol, port}, error);
    if (error != asio::error::address_in_use && error != asio::error::access_denied) return error;
  }
  socket.bind({protocol, 0}, error);
  return error;
}

asio::error_code set_up(udp::socket& socket, const udp::endpoint& server, Random& random) {
  asio::error_code error;
  socket.open(server.protocol(), error);
  if (!error) socket.non_blocking(true, error);
  if (!error) error = bind_unpredictably(socket, server.protocol(), random);
  if (!error) socket.connect(server, error);
  return error;
}

}  // namespace

tl::expected<UdpSocket, asio::error_code> UdpSocket::open(asio::any_io_executor executor, Clock& clock,
                                                          Random& random, const udp::endpoint& server) {
  auto state = std::make_shared<State>(std::move(executor), clock, server);
  if (const auto error = set_up(state->socket, server, random)) return tl::unexpected(error);
  return UdpSocket(std::move(state));
}

UdpSocket::~UdpSocket() {
  if (!state_) return;
  asio::error_code ignored;
  state_->socket.close(ignored);
}

asio::ip::address UdpSocket::local_address() const {
  asio::error_code ignored;
  return state_->socket.local_endpoint(ignored).address();
}

asio::error_code UdpSocket::send(std::span<const std::uint8_t> datagram) {
  asio::error_code error;
  state_->socket.send(asio::buffer(datagram.data(), datagram.size()), 0, error);
  return error;
}

asio::awaitable<bool> UdpSocket::wait_readable(Instant until) {
  if (!std::exchange(state_->waiting, true)) {
    state_->socket.async_wait(udp::socket::wait_read, [state = state_](asio::error_code) {
      state->waiting = false;
      state->readable.ring();
    });
  }
  co_return co_await state_->readable.wait_until(until);
}

tl::expected<std::optional<std::span<const std::uint8_t>>, asio::error_code> UdpSocket::receive(
    std::span<std::uint8_t> space) {
  udp::endpoint from;
  asio::error_code error;
  // With MSG_TRUNC the size is that of the datagram, not of what fitted.
  const auto size =
      state_->socket.receive_from(asio::buffer(space.data(), space.size()), from, MSG_TRUNC, error);
  if (error == asio::error::would_block) return std::nullopt;
  if (error) return tl::unexpected(error);
  // What arrived between binding and connecting may come from anybody.
  if (from != state_->server || size > space.size()) return std::nullopt;
  return space.first(size);
}

}  // namespace tributary::resolver
